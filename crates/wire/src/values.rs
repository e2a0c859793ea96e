//! Values: what the bytes of a field mean, by datatype.
