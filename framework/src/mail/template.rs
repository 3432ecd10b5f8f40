//! What whoever sends a mail says of it.

use std::fmt::Debug;

use maud::{DOCTYPE, Markup, html};

use crate::context::Context;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::own::OutboxMail;

/// A kind of mail. The outbox keeps its name and what a mail of it is made of; a courier that knows it finds the words when the mail is sent.
pub(crate) trait Template: Debug + Send + Sync {
    /// What is stored of it. A courier knows one template of each name.
    fn name(&self) -> &'static str;

    /// Whether the mail is to be sent, asked right before. If not, it never is.
    ///
    /// # Errors
    /// `UNAVAILABLE` if the database cannot be reached.
    fn is_wanted<'a>(&'a self, cx: &'a Context, mail: &'a OutboxMail) -> BoxFuture<'a, Result<bool, Error>>;

    /// The words of the mail; `None` if what they are made of is gone. `site` is what people call the site.
    ///
    /// # Errors
    /// `INTERNAL` if the engine has no key and the mail holds a secret.
    fn compose(&self, cx: &Context, site: &str, mail: &OutboxMail) -> Result<Option<MailText>, Error>;
}

/// The words of one mail.
#[derive(Clone, Debug)]
pub(crate) struct MailText {
    /// Without line breaks.
    pub(crate) subject: String,
    /// Plain text; lines end with `\n`.
    pub(crate) text: String,
    /// The text as HTML, without the page around it.
    pub(crate) body: Markup,
}

impl MailText {
    /// The text as an HTML page that loads nothing.
    pub(super) fn page(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head { meta charset="utf-8"; title { (self.subject) } }
                body { (self.body) }
            }
        }
    }
}
