"""``certificate``: requests for certificates are approved or denied."""
