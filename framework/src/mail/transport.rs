//! SMTP, by lettre.

use std::time::Duration;

use lettre::message::header::ContentTransferEncoding;
use lettre::message::{Body, Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use uuid::Uuid;

use super::Message;

/// Why a mail was not sent. It may hold the mail server's message, so it is for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("the mail could not be written: {0}")]
    Format(#[from] lettre::error::Error),
    #[error("no address: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail server took longer than {TIME:?}")]
    Late,
}

/// How long one attempt may take in all. It is shorter than [`super::outbox::LEASE`].
const TIME: Duration = Duration::from_secs(30);

/// How long it may take to be greeted.
const GREETING: Duration = Duration::from_secs(10);

/// A mail server, and who the mail is from.
pub(super) struct Transport {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Whether the mail server at `url` greets; nothing is sent. If not, why.
pub(crate) async fn reach(url: &str) -> Result<(), String> {
    let smtp: AsyncSmtpTransport<Tokio1Executor> =
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|it| it.to_string())?.build();
    match tokio::time::timeout(GREETING, smtp.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err("it did not greet".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took longer than {GREETING:?}")),
    }
}

impl Transport {
    /// Sends through the server at `url`. Connects when the first mail is sent.
    pub(super) fn new(url: &str, from: Address) -> Result<Self, SendError> {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build();
        Ok(Self { smtp, from: Mailbox::new(None, from) })
    }

    /// One attempt. Every attempt of one `id` has the same `Message-ID`, so that a mail that arrives twice can be recognised.
    pub(super) async fn send(&self, message: Message, id: Uuid) -> Result<(), SendError> {
        let to = Mailbox::new(None, message.to.parse()?);
        let mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject)
            .message_id(Some(format!("<{}@{}>", id.simple(), self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(plain(message.text), message.html))?;
        tokio::time::timeout(TIME, self.smtp.send(mail)).await.map_err(|_| SendError::Late)??;
        Ok(())
    }
}

/// Most bytes of a line. Source: RFC 5322, 2.1.1.
const LONGEST_LINE: usize = 998;

/// A text sent without encoding, so that a link stays whole on its line; lettre would encode lines of more than 76 characters.
fn plain(text: String) -> Body {
    let fits = text.is_ascii() && text.lines().all(|it| it.len() <= LONGEST_LINE);
    match fits {
        true => {
            let text = text.lines().flat_map(|it| [it, "\r\n"]).collect::<String>();
            Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit)
        }
        false => Body::new(text),
    }
}
