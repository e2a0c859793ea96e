"""The basket listing and pricing service: baskets from draft to delisted, priced and published."""
