//! Segments, and who is in them.

use crate::request::{Client, ClientError, ETagged, read, read_tagged};
use rapport_contract::bulk::{BulkSelection, MembersAnswer};
use rapport_contract::page::Page;
use rapport_contract::segment::{
    Changed, Segment, SegmentCountQuery, SegmentCounts, SegmentDraft, SegmentPatch,
};
use rapport_contract::{ContactId, SegmentId};
use reqwest::{Method, StatusCode};

impl Client {
    /// `GET /segments`: all of them, by name.
    pub async fn segments(&self) -> Result<Page<Segment>, ClientError> {
        self.get("/segments").await
    }

    /// `POST /segments/counts`: how many members they have.
    pub async fn count_segments(
        &self,
        query: &SegmentCountQuery,
    ) -> Result<SegmentCounts, ClientError> {
        self.write(Method::POST, "/segments/counts", query).await
    }

    /// `POST /segments`.
    pub async fn create_segment(&self, draft: &SegmentDraft) -> Result<Segment, ClientError> {
        self.write(Method::POST, "/segments", draft).await
    }

    /// `GET /segments/{id}`, with its `ETag`.
    pub async fn segment(&self, id: SegmentId) -> Result<ETagged<Segment>, ClientError> {
        let path = format!("/segments/{id}");
        let response = self.call(|client| client.request(Method::GET, &path));
        read_tagged(response.await?).await
    }

    /// `PATCH /segments/{id}`; with `if_match`, only if nobody changed it meanwhile.
    pub async fn update_segment(
        &self,
        id: SegmentId,
        patch: &SegmentPatch,
        if_match: Option<&str>,
    ) -> Result<ETagged<Segment>, ClientError> {
        let path = format!("/segments/{id}");
        let response = self.call(|client| {
            let request = client.request(Method::PATCH, &path).json(patch);
            match if_match {
                Some(etag) => request.header("If-Match", etag),
                None => request,
            }
        });
        read_tagged(response.await?).await
    }

    /// `DELETE /segments/{id}`: can be taken back for 30 days.
    pub async fn delete_segment(&self, id: SegmentId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/segments/{id}")).await
    }

    /// `POST /segments/{id}/restore`: takes a deletion back.
    pub async fn restore_segment(&self, id: SegmentId) -> Result<Segment, ClientError> {
        self.write(Method::POST, &format!("/segments/{id}/restore"), &())
            .await
    }

    /// `POST /segments/{id}/members`: puts contacts into the segment.
    pub async fn add_to_segment(
        &self,
        id: SegmentId,
        members: &BulkSelection,
    ) -> Result<MembersAnswer, ClientError> {
        self.change_members(Method::POST, id, members).await
    }

    /// `DELETE /segments/{id}/members`: takes contacts out of the segment.
    pub async fn remove_from_segment(
        &self,
        id: SegmentId,
        members: &BulkSelection,
    ) -> Result<MembersAnswer, ClientError> {
        self.change_members(Method::DELETE, id, members).await
    }

    async fn change_members(
        &self,
        method: Method,
        id: SegmentId,
        members: &BulkSelection,
    ) -> Result<MembersAnswer, ClientError> {
        let path = format!("/segments/{id}/members");
        let response = self.call(|client| client.request(method.clone(), &path).json(members));
        let response = response.await?;
        Ok(if response.status() == StatusCode::ACCEPTED {
            MembersAnswer::Accepted(Box::new(read(response).await?))
        } else {
            MembersAnswer::Done(read(response).await?)
        })
    }

    /// `PUT /contacts/{id}/segments/{segment_id}`: puts one contact into the segment.
    pub async fn put_into_segment(
        &self,
        contact: ContactId,
        segment: SegmentId,
    ) -> Result<Changed, ClientError> {
        let path = format!("/contacts/{contact}/segments/{segment}");
        self.write(Method::PUT, &path, &()).await
    }

    /// `DELETE /contacts/{id}/segments/{segment_id}`: takes one contact out of the segment.
    pub async fn take_out_of_segment(
        &self,
        contact: ContactId,
        segment: SegmentId,
    ) -> Result<Changed, ClientError> {
        let path = format!("/contacts/{contact}/segments/{segment}");
        self.write(Method::DELETE, &path, &()).await
    }
}
