"""What people are told of: in the product, and by mail as they wish."""
