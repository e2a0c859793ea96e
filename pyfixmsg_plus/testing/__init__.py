"""What users and we ourselves hold engines and applications against."""
