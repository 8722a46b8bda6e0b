"""Terraform for social media: posts are files, a pull request is the review, a runner publishes them once."""

__version__ = "0.1.0"
