//! Rows and an enum as `#[resource]` and `#[derive(Enum)]` make them, written by hand to stand alone.

use samara::__private::{Known, Maybe, Nullability, Nullness, Operand, Req, Typed, lift_value};
use samara::attribute::{AttributeType, CiString, Guarded};
use samara::expr::{Expr, ExprRow, ManyRows, RowPath};
use samara::ir::Type;
use samara::resource::Resource;
use samara::value::{DateTimeUtc, Value};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Explore,
    Build,
    Modify,
}

impl AttributeType for Kind {
    type Base = Self;
    type Plain = Self;
    type Nullable = Option<Self>;
    type Null = Req;

    const TYPE: Type = Type::Enum(samara::ir::Name::new("Kind"));

    fn to_value(&self) -> Value {
        Value::Text(format!("{self:?}").to_uppercase())
    }

    fn from_value(_: Value) -> Option<Self> {
        None
    }
}

impl Nullness for Kind {
    type Null = Req;
}

impl Typed for Kind {
    type Base = Self;

    fn lift_typed(&self) -> u32 {
        lift_value(self)
    }
}

impl Operand<Self> for Kind {
    fn lift(&self) -> u32 {
        lift_value(self)
    }
}

impl Known<Self> for Kind {
    fn known(&self) -> Value {
        self.to_value()
    }
}

pub struct User;
pub struct Post;

impl Resource for User {
    const NAME: &'static str = "User";
    type Row<N: Nullability> = UserRow<N>;
}

impl Resource for Post {
    const NAME: &'static str = "Post";
    type Row<N: Nullability> = PostRow<N>;
}

macro_rules! row {
    ($resource:literal, $row:ident { $($field:ident: $ty:ty = $index:literal,)* }) => {
        #[allow(dead_code, reason = "a row has every column, whichever a test reads")]
        pub struct $row<N: Nullability = Req> {
            path: RowPath,
            $(pub $field: Expr<N::Of<$ty>>,)*
        }

        // A derive would ask that every column's type is Copy.
        impl<N: Nullability> Clone for $row<N> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<N: Nullability> Copy for $row<N> {}

        impl<N: Nullability> ExprRow for $row<N> {
            const RESOURCE: &'static str = $resource;

            fn at(path: RowPath) -> Self {
                Self { path, $($field: path.column($index),)* }
            }

            fn path(self) -> RowPath {
                self.path
            }
        }
    };
}

row!("User", UserRow { id: Uuid = 0, name: String = 1, age: Option<i64> = 2, email: Guarded<CiString> = 3, kind: Kind = 4, });
row!("Post", PostRow {
    id: Uuid = 0,
    title: String = 1,
    likes: i64 = 2,
    public: bool = 3,
    kind: Kind = 4,
    user_id: Uuid = 5,
    note: Option<String> = 6,
    inserted_at: DateTimeUtc = 7,
});

impl<N: Nullability> UserRow<N> {
    pub fn posts(self) -> ManyRows<Post> {
        self.path.many(0)
    }

    pub fn total(self) -> Expr<N::Of<i64>> {
        self.path.calculation(0)
    }
}

impl UserRow<Maybe> {
    pub fn is_present(self) -> Expr<bool> {
        self.id.is_some()
    }
}

impl<N: Nullability> PostRow<N> {
    pub fn user(self) -> UserRow<N> {
        ExprRow::at(self.path.one(0))
    }
}
