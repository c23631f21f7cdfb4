"""Text stages: redaction, language, segmentation, and whose words are whose."""
