//! A file as it comes.

use crate::request::ClientError;
use reqwest::Response;

/// A file as it comes.
#[derive(Debug)]
pub struct Download {
    response: Response,
}

impl Download {
    pub(crate) const fn new(response: Response) -> Self {
        Self { response }
    }

    /// The name that the server gives it.
    pub fn file_name(&self) -> Option<&str> {
        let disposition = self.response.headers().get("content-disposition")?;
        let (_, name) = disposition.to_str().ok()?.split_once("filename=\"")?;
        name.strip_suffix('"')
    }

    /// The next piece; none when the file is whole.
    ///
    /// # Errors
    /// When the file was cut off: what came so far is not all of it.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        let piece = self.response.chunk().await.map_err(broken)?;
        Ok(piece.map(|bytes| bytes.to_vec()))
    }

    /// All of it.
    ///
    /// # Errors
    /// When it was cut off.
    pub async fn whole(self) -> Result<Vec<u8>, ClientError> {
        let bytes = self.response.bytes().await.map_err(broken)?;
        Ok(bytes.to_vec())
    }
}

fn broken(error: reqwest::Error) -> ClientError {
    ClientError::Connection(error.to_string())
}
