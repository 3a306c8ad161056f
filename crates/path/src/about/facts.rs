//! The shape that what distinguishes members has: a struct of facts, each with its source, and the values that a fact may have.

/// A struct of facts: each field with the point that it is on a page, whose sentence is `about.point.POINT` in `report`.
macro_rules! facts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $vis:vis $field:ident: $kind:ty = $point:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* $vis $field: $crate::about::Known<$kind>,)*
        }

        impl $name {
            /// The lines of a page.
            pub fn statements(&self) -> Vec<$crate::about::Statement> {
                vec![$(self.$field.under($point),)*]
            }
        }
    };
}

/// The values of a fact, each with its word.
macro_rules! values {
    ($(#[$doc:meta])* $vis:vis $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$value_doc])* $value,)*
        }

        impl $crate::about::Word for $name {
            fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)*
                }
            }
        }
    };
}

pub(crate) use {facts, values};
