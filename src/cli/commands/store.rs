//! `inbox store`.

super::place::place!(
    "store",
    "Administer stores, the brands or shops of channels",
    resource::stores
);
