//! Why a database was not created, migrated or dropped: a code, a sentence, and what to do.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sea_orm::DbErr;

/// What kind of failure it is; each has its page, `docs/errors/<code>.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MigrationCode {
    /// `R0720`: the address of the database is not understood.
    BadUrl,
    /// `R0721`: the database cannot be reached, or does not exist.
    Unreachable,
    /// `R0722`: the database holds a migration that this program does not know.
    UnknownMigration,
    /// `R0723`: a migration failed; nothing of it was applied.
    Failed,
    /// `R0724`: another migrator did not finish in time.
    Locked,
    /// `R0725`: a migration would leave rows that point at nothing.
    Dangling,
    /// `R0726`: the database is behind this program.
    Behind,
    /// `R0727`: the database could not be created or dropped.
    Server,
    /// `R0728`: the list of migrations makes no sense.
    BadList,
    /// `R0729`: the database lacks tables or columns that the declaration asks for.
    Incomplete,
    /// `R0730`: rows do not fit what a migration makes of their table.
    Rows,
    /// `R0731`: something that was made by hand stands in the way of a migration.
    ByHand,
    /// `R0732`: a table would be made anew on a connection with foreign keys.
    ForeignKeys,
    /// `R0733`: migrations cannot be replaced by another in the database.
    Irreplaceable,
}

impl MigrationCode {
    /// `R0720`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadUrl => "R0720",
            Self::Unreachable => "R0721",
            Self::UnknownMigration => "R0722",
            Self::Failed => "R0723",
            Self::Locked => "R0724",
            Self::Dangling => "R0725",
            Self::Behind => "R0726",
            Self::Server => "R0727",
            Self::BadList => "R0728",
            Self::Incomplete => "R0729",
            Self::Rows => "R0730",
            Self::ByHand => "R0731",
            Self::ForeignKeys => "R0732",
            Self::Irreplaceable => "R0733",
        }
    }
}

/// Why a database was not created, migrated or dropped. Branch on [`Error::code`].
///
/// Its text never holds the password of the database's address.
#[derive(Debug)]
pub struct Error {
    code: MigrationCode,
    message: String,
    help: Help,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What to do about it. Whoever makes the migration anew is not told to do so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Help {
    usual: &'static str,
    amending: &'static str,
}

impl Help {
    /// `usual` advises to make the migration anew, `amending` says the same to who does.
    pub(super) const fn unless_amending(usual: &'static str, amending: &'static str) -> Self {
        Self { usual, amending }
    }
}

impl From<&'static str> for Help {
    fn from(help: &'static str) -> Self {
        Self { usual: help, amending: help }
    }
}

impl Error {
    pub(super) fn new(code: MigrationCode, message: impl Into<String>, help: impl Into<Help>) -> Self {
        Self { code, message: message.into(), help: help.into(), source: None }
    }

    /// The same error, told to who makes the migration anew.
    pub(super) fn amending(mut self) -> Self {
        self.help.usual = self.help.amending;
        self
    }

    pub(super) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The error of a migration that ends with `cause`: if one of its steps refused to run, that step's reason with the migration's name.
    pub(super) fn of_migration(name: &str, what: &str, cause: DbErr) -> Self {
        if let DbErr::TryIntoErr { source, .. } = &cause
            && let Some(reason) = source.downcast_ref::<Self>()
        {
            let message = format!("the migration `{name}` could not be {what}: {}", reason.message);
            let source = reason.source.as_ref().map(|it| it.to_string().into());
            return Self { code: reason.code, message, help: reason.help, source };
        }
        let message = format!("the migration `{name}` could not be {what}; the database is as it was before it");
        let help = "repair the migration, or the data it stumbles over, then run this again";
        Self::new(MigrationCode::Failed, message, help).because(cause)
    }

    /// What kind of failure it is.
    pub fn code(&self) -> MigrationCode {
        self.code
    }

    /// What happened, one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, one sentence.
    pub fn help(&self) -> &str {
        self.help.usual
    }
}

impl fmt::Display for Error {
    /// Code, sentence, cause and help, for a terminal: two or three lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code.as_str(), self.message)?;
        if let Some(source) = &self.source {
            write!(f, "\n  cause: {source}")?;
        }
        write!(f, "\n  help: {}", self.help())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|it| it as &(dyn StdError + 'static))
    }
}

impl From<Error> for DbErr {
    /// A migration's functions return SeaORM's error. This is the one of its kinds that carries another error: the migrator takes it out
    /// again.
    fn from(error: Error) -> Self {
        Self::TryIntoErr {
            from: "the tables as they are",
            into: "what the migration makes of them",
            source: Arc::new(error),
        }
    }
}
