//! HTTP/1.1 over one socket that is kept open: as little as possible between the clock and the
//! server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
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
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
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
        self.send("GET", path, None)
    }

    /// Sends JSON and reads JSON; anything but success is an error that holds the answer.
    ///
    /// # Errors
    /// As [`Self::get`], and when the server refuses.
    pub(super) fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.send("POST", path, Some(&serde_json::to_vec(body)?))?;
        answer.json(path)
    }

    fn send(&mut self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        request.push_str("Accept: application/json\r\n");
        if let Some(token) = &self.bearer {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(body) = body {
            request.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());
        // One write: two would wait for each other (Nagle, delayed acknowledgement).
        self.stream
            .get_mut()
            .write_all(&bytes)
            .with_context(|| format!("{method} {path}"))?;
        read_answer(&mut self.stream).with_context(|| format!("{method} {path}"))
    }
}

impl Answer {
    /// The body of a success.
    ///
    /// # Errors
    /// When it is not a success, or not JSON.
    pub(super) fn json(&self, path: &str) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!(
                "{path}: {} {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            );
        }
        serde_json::from_slice(&self.body).with_context(|| format!("{path}: not JSON"))
    }
}

fn read_answer(stream: &mut BufReader<impl std::io::Read>) -> Result<Answer> {
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
    let mut body = Vec::new();
    if chunked {
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let size = line.trim().split(';').next().unwrap_or_default();
            let size = usize::from_str_radix(size, 16).context("the size of a chunk")?;
            let start = body.len();
            // Each chunk ends with CRLF, as does the empty last one.
            body.resize(start + size + 2, 0);
            stream.read_exact(body.get_mut(start..).unwrap_or_default())?;
            body.truncate(start + size);
            if size == 0 {
                break;
            }
        }
    } else {
        body.resize(length, 0);
        stream.read_exact(&mut body)?;
    }
    Ok(Answer { status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Answer> {
        read_answer(&mut BufReader::new(text.as_bytes()))
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
