//! The orders in which projects are listed.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use store::{Direction, Sort};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

/// By their names in `sort`, descending with a `-`.
const ORDERS: [(&str, Order); 12] = [
    ("created_at", Order { by: Sort::Created, direction: Direction::Ascending }),
    ("-created_at", Order { by: Sort::Created, direction: Direction::Descending }),
    ("updated_at", Order { by: Sort::Updated, direction: Direction::Ascending }),
    ("-updated_at", Order { by: Sort::Updated, direction: Direction::Descending }),
    ("reference", Order { by: Sort::Reference, direction: Direction::Ascending }),
    ("-reference", Order { by: Sort::Reference, direction: Direction::Descending }),
    ("customer_name", Order { by: Sort::CustomerName, direction: Direction::Ascending }),
    ("-customer_name", Order { by: Sort::CustomerName, direction: Direction::Descending }),
    ("porting_on", Order { by: Sort::PortingOn, direction: Direction::Ascending }),
    ("-porting_on", Order { by: Sort::PortingOn, direction: Direction::Descending }),
    ("next_due_on", Order { by: Sort::NextDueOn, direction: Direction::Ascending }),
    ("-next_due_on", Order { by: Sort::NextDueOn, direction: Direction::Descending }),
];

/// An order in which projects are listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) by: Sort,
    pub(crate) direction: Direction,
}

impl Default for Order {
    /// The newest first.
    fn default() -> Self {
        Self { by: Sort::Created, direction: Direction::Descending }
    }
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let order = ORDERS.into_iter().find(|(known, _)| *known == name);
        order.map(|(_, order)| order).ok_or_else(|| D::Error::custom(format!("no such order: {name}")))
    }
}

impl PartialSchema for Order {
    fn schema() -> RefOr<Schema> {
        let names = ORDERS.map(|(name, _)| name);
        ObjectBuilder::new().schema_type(schema::SchemaType::new(Type::String)).enum_values(Some(names)).into()
    }
}

impl ToSchema for Order {
    fn name() -> Cow<'static, str> {
        "Order".into()
    }
}
