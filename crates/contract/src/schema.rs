//! Schemas of the values that are texts on the wire.

/// Describes a type as a string with a pattern, a format and an example.
macro_rules! text_schema {
    ($name:ident, $(format = $format:expr,)? $(pattern = $pattern:expr,)? example = $example:expr) => {
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    $(.format(Some(utoipa::openapi::SchemaFormat::Custom($format.into()))))?
                    $(.pattern(Some($pattern)))?
                    .examples([$example])
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}
pub(crate) use text_schema;
