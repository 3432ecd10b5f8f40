//! Sends queued mail: by SMTP, or to the mailbox page.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use url::Url;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::own::OutboxMail;
use crate::settings::{self, Settings};
use crate::value::timestamp_text;

use super::outbox::{self, Delivery};
use super::transport::Transport;
use super::{Message, Template, masked};

/// Sends the mail of one server process; cheap to clone.
#[derive(Clone)]
pub struct Courier(Arc<Inner>);

struct Inner {
    engine: Engine,
    base_url: Url,
    templates: Vec<Box<dyn Template>>,
    way: MailRoute,
    /// One round at a time: the mailbox page waits for the round that is going on.
    round: Mutex<()>,
    stopping: watch::Sender<bool>,
}

/// Where mail goes.
enum MailRoute {
    Mailbox,
    Smtp(Transport),
    Nowhere,
}

/// The pause between two looks at the outbox where no new mail is told of: another process may have written some, and some is to be tried
/// again.
const PAUSE: Duration = Duration::from_secs(2);

impl Courier {
    /// A courier of the site at `base_url`, for mail of these templates; it leaves all other to those that know it.
    ///
    /// # Errors
    /// `INTERNAL` if the mail server's address cannot be used; the message is in the source.
    pub(crate) fn new(
        engine: Engine,
        settings: &Settings,
        base_url: Url,
        templates: Vec<Box<dyn Template>>,
    ) -> Result<Self, Error> {
        let way = match &settings.mail {
            settings::MailSetting::Mailbox => MailRoute::Mailbox,
            settings::MailSetting::Unset => MailRoute::Nowhere,
            settings::MailSetting::Smtp(url) => {
                let from = settings.sender(&base_url).ok_or_else(|| Error::internal("mails have no sender"))?;
                MailRoute::Smtp(Transport::new(url, from).map_err(Error::internal)?)
            }
        };
        Ok(Self(Arc::new(Inner {
            engine,
            base_url,
            templates,
            way,
            round: Mutex::new(()),
            stopping: watch::Sender::new(false),
        })))
    }

    /// Starts no more mail: [`Courier::run`] ends once the mail that is being sent is done.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    /// Sends mail until it is stopped: at once what this process commits to the outbox, and every two seconds whatever is due. Errors are
    /// logged, and the next round tries again.
    pub async fn run(&self) {
        while !self.is_stopping() {
            if let Err(error) = self.deliver().await {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "waiting mail could not be read");
            }
            self.wait().await;
        }
    }

    /// Until there may be mail to send, or it is stopped.
    async fn wait(&self) {
        let mut stopping = self.0.stopping.subscribe();
        tokio::select! {
            () = self.0.engine.new_mail().notified() => {}
            _ = stopping.wait_for(|it| *it) => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }

    /// Sends the mail that is due.
    ///
    /// # Errors
    /// `UNAVAILABLE` if the database cannot be reached. A mail that the mail server refuses is no error: it stays queued.
    pub async fn deliver(&self) -> Result<(), Error> {
        let _round = self.0.round.lock().await;
        let known: Vec<_> = self.0.templates.iter().map(|it| it.name().to_owned()).collect();
        loop {
            let batch = outbox::due(&self.now().await?, &known).await?;
            for mail in &batch {
                if self.is_stopping() {
                    return Ok(());
                }
                self.attempt(mail).await?;
            }
            if batch.len() < outbox::BATCH as usize {
                return Ok(());
            }
        }
    }

    /// One attempt, unless another server is making it. Its result is written at once: a mail is sent twice only if that write fails.
    async fn attempt(&self, mail: &OutboxMail) -> Result<(), Error> {
        let cx = self.now().await?;
        if !outbox::claim(&cx, mail).await? {
            return Ok(());
        }
        match self.carry(&cx, mail).await? {
            Some(delivery) => outbox::finish(&self.now().await?, mail, delivery).await,
            None => outbox::postpone(&self.now().await?, mail).await,
        }
    }

    async fn now(&self) -> Result<Context, Error> {
        self.0.engine.system("carrying mail").at_database_time().await
    }

    /// What the mailbox page shows, newest first.
    ///
    /// # Errors
    /// `UNAVAILABLE` if the database cannot be reached.
    pub async fn mailbox(&self) -> Result<Vec<Message>, Error> {
        self.deliver().await?;
        let cx = self.now().await?;
        let kept = outbox::kept(&cx).await?;
        kept.iter().filter_map(|it| self.compose(&cx, it).transpose()).collect()
    }

    /// Delivers a mail; `None`: it failed, and stays for another attempt.
    async fn carry(&self, cx: &Context, mail: &OutboxMail) -> Result<Option<Delivery>, Error> {
        if mail.expires_at <= cx.now() {
            return Ok(Some(Delivery::Expired));
        }
        if let Some(template) = self.template(mail)
            && !template.is_wanted(cx, mail).await?
        {
            return Ok(Some(Delivery::Suppressed));
        }
        let Some(message) = self.compose(cx, mail)? else { return Ok(Some(Delivery::Expired)) };
        let transport = match &self.0.way {
            MailRoute::Mailbox => return Ok(Some(Delivery::Kept)),
            MailRoute::Nowhere => return Ok(None),
            MailRoute::Smtp(it) => it,
        };
        match transport.send(message, mail.id).await {
            Ok(()) => Ok(Some(Delivery::Sent)),
            Err(refusal) => {
                tracing::warn!(%refusal, to = masked(&mail.recipient), "a mail was not taken; it will be tried again");
                Ok(None)
            }
        }
    }

    /// `None` for a mail whose secret is gone.
    fn compose(&self, cx: &Context, mail: &OutboxMail) -> Result<Option<Message>, Error> {
        let Some(template) = self.template(mail) else { return Ok(None) };
        let site = self.0.engine.app().title().or_else(|| self.0.base_url.host_str()).unwrap_or_default();
        let text = template.compose(cx, site, mail)?;
        Ok(text.map(|it| Message {
            to: mail.recipient.clone(),
            html: it.page().into_string(),
            subject: it.subject,
            text: it.text,
            sent_at: timestamp_text(mail.settled_at.unwrap_or(cx.now())),
        }))
    }

    fn template(&self, mail: &OutboxMail) -> Option<&dyn Template> {
        self.0.templates.iter().find(|it| it.name() == mail.template).map(Box::as_ref)
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Courier").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::pin::pin;

    use futures_util::poll;

    use super::super::{Address, Mail};
    use super::*;
    use crate::attribute::Json;
    use crate::own;

    /// Runs `check` with an engine on each database, its courier, and a context of the framework's own.
    async fn on_both(check: impl AsyncFn(&Engine, &Courier, &Context)) {
        crate::testing::on_both(&own::application(), async |engine| {
            let settings = Settings::read(|_| None).unwrap();
            let courier =
                Courier::new(engine.clone(), &settings, "http://localhost".parse().unwrap(), Vec::new()).unwrap();
            check(&engine, &courier, &engine.system("a test sends mail")).await;
        })
        .await;
    }

    async fn enqueue(cx: &Context) -> Result<(), Error> {
        let recipient = Address::parse("ada@example.org")?;
        let expires_at = cx.now() + chrono::TimeDelta::hours(1);
        let detail = Json::object();
        Mail { template: "GREETING", recipient: &recipient, secret: "", detail, expires_at }.enqueue(cx).await
    }

    #[tokio::test]
    async fn it_is_woken_once_mail_has_been_committed() {
        on_both(async |engine, courier, cx| {
            // An engine that is made from the courier's tells it too.
            for engine in [engine, &engine.keyed(settings::Secret::of("another"))] {
                let mut waiting = pin!(courier.wait());
                assert!(poll!(waiting.as_mut()).is_pending());
                let cx = engine.system("a test sends mail");
                let written = cx.transaction(async |cx| {
                    cx.transaction(async |cx| enqueue(cx).await).await?;
                    let told = pin!(cx.engine().new_mail().notified());
                    assert!(poll!(told).is_pending(), "it is not committed yet");
                    Ok(())
                });
                written.await.unwrap();
                assert!(poll!(waiting.as_mut()).is_ready());
            }
            // Nobody waits while a round is going on.
            enqueue(cx).await.unwrap();
            assert!(poll!(pin!(courier.wait())).is_ready());
            assert!(poll!(pin!(courier.wait())).is_pending(), "each time once");
        })
        .await;
    }

    #[tokio::test]
    async fn it_is_not_woken_by_mail_that_is_rolled_back() {
        on_both(async |_, courier, cx| {
            let mut waiting = pin!(courier.wait());
            let undone = cx.transaction(async |cx| {
                enqueue(cx).await?;
                Err::<(), _>(Error::not_found())
            });
            undone.await.unwrap_err();
            let kept = cx.transaction(async |cx| {
                let undone = cx.transaction(async |cx| {
                    enqueue(cx).await?;
                    Err::<(), _>(Error::not_found())
                });
                undone.await.unwrap_err();
                Ok(())
            });
            kept.await.unwrap();
            assert!(poll!(waiting.as_mut()).is_pending());
            courier.stop();
            assert!(poll!(waiting.as_mut()).is_ready(), "stopped, it waits no longer");
        })
        .await;
    }
}
