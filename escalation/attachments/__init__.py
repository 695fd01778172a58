"""Files that customers send: checked by content, kept with the conversation, read by people only (docs/decisions/0023-attachments.md)."""
