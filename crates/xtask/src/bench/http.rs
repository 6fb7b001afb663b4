//! HTTP/1.1 over one socket that is kept open: as little as possible between the clock and the
//! server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

/// A connection that is used again and again.
#[derive(Debug)]
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
    bearer: Option<String>,
}

/// What the server answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Connection {
    /// # Errors
    /// When nobody listens there.
    pub(super) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("reaching {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: address.to_string(),
            bearer: None,
        })
    }

    /// Sends this access token from now on.
    pub(super) fn authorize(&mut self, token: &str) {
        self.bearer = Some(token.to_owned());
    }

    /// # Errors
    /// When the connection breaks or the answer is not HTTP.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(&Request::get(path))
    }

    /// Sends JSON and reads JSON; anything but success is an error that holds the answer.
    ///
    /// # Errors
    /// As [`Self::get`], and when the server refuses.
    pub(super) fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        self.send(&Request::post(path, body)?)?.json(path)
    }

    /// # Errors
    /// As [`Self::get`].
    pub(super) fn send(&mut self, request: &Request) -> Result<Answer> {
        let mut body = Vec::new();
        let status = self.receive(request, |bytes| {
            body.extend_from_slice(bytes);
        })?;
        Ok(Answer { status, body })
    }

    /// As [`Self::send`], and hands the body on as it comes. Gives the status.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(super) fn receive(&mut self, request: &Request, part: impl FnMut(&[u8])) -> Result<u16> {
        let Request { method, path, body } = request;
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        if let Some(token) = &self.bearer {
            bytes.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(body) = body {
            bytes.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        bytes.push_str("\r\n");
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(body.as_deref().unwrap_or_default());
        // One write: two would wait for each other (Nagle, delayed acknowledgement).
        self.stream
            .get_mut()
            .write_all(&bytes)
            .with_context(|| format!("{method} {path}"))?;
        read_answer(&mut self.stream, part).with_context(|| format!("{method} {path}"))
    }
}

/// What is sent, again and again: it is made before the clock runs.
#[derive(Debug, Clone)]
pub(super) struct Request {
    method: &'static str,
    pub(super) path: String,
    body: Option<Vec<u8>>,
}

impl Request {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            body: None,
        }
    }

    /// # Errors
    /// When the body cannot be written.
    pub(super) fn post(path: impl Into<String>, body: &Value) -> Result<Self> {
        Self::with_body("POST", path, body)
    }

    /// # Errors
    /// When the body cannot be written.
    pub(super) fn patch(path: impl Into<String>, body: &Value) -> Result<Self> {
        Self::with_body("PATCH", path, body)
    }

    fn with_body(method: &'static str, path: impl Into<String>, body: &Value) -> Result<Self> {
        Ok(Self {
            method,
            path: path.into(),
            body: Some(serde_json::to_vec(body)?),
        })
    }
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of a success.
    ///
    /// # Errors
    /// When it is not a success, or not JSON.
    pub(super) fn json(&self, path: &str) -> Result<Value> {
        if !self.is_success() {
            bail!(
                "{path}: {} {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            );
        }
        serde_json::from_slice(&self.body).with_context(|| format!("{path}: not JSON"))
    }
}

/// Reads an answer and hands its body on as it comes; gives the status.
fn read_answer(
    stream: &mut BufReader<impl std::io::Read>,
    mut part: impl FnMut(&[u8]),
) -> Result<u16> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .with_context(|| format!("not a status line: {line:?}"))?;
    let mut length = 0;
    let mut chunked = false;
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().context("content-length")?,
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    if !chunked {
        read_part(stream, length, &mut part)?;
        return Ok(status);
    }
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let size = line.trim().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).context("the size of a chunk")?;
        read_part(stream, size, &mut part)?;
        // Each chunk ends with CRLF, as does the empty last one.
        stream.read_exact(&mut [0; 2])?;
        if size == 0 {
            return Ok(status);
        }
    }
}

fn read_part(
    stream: &mut BufReader<impl std::io::Read>,
    mut length: usize,
    part: &mut impl FnMut(&[u8]),
) -> Result<()> {
    while length > 0 {
        let there = stream.fill_buf()?;
        ensure!(!there.is_empty(), "the answer ends in the middle");
        let taken = there.len().min(length);
        part(there.get(..taken).unwrap_or_default());
        stream.consume(taken);
        length -= taken;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Answer> {
        let mut body = Vec::new();
        let status = read_answer(&mut BufReader::new(text.as_bytes()), |bytes| {
            body.extend_from_slice(bytes);
        })?;
        Ok(Answer { status, body })
    }

    #[test]
    fn both_framings_are_read() {
        let answer =
            read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\n{}HTTP/1.1").unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, b"{}".as_slice())
        );
        let answer =
            read("HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n2;x\r\n\":\r\n0\r\n\r\n")
                .unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (404, b"{\"a\":".as_slice())
        );
        assert!(
            answer
                .json("/x")
                .unwrap_err()
                .to_string()
                .contains("/x: 404")
        );
        assert!(read("").is_err());
        assert!(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").is_err());
    }
}
