"""Every table of every room, in one metadata."""

from sqlmodel import SQLModel

from agent import records as agent_records
from agent.demo_shop import records as shop_records
from escalation import records as escalation_records
from escalation.after import records as after_records
from escalation.attachments import records as attachment_records
from escalation.disclosures import records as disclosure_records
from escalation.experiments import records as experiment_records
from escalation.identity import records as identity_records
from escalation.qa import records as qa_records
from escalation.webhooks import records as webhook_records
from knowledge import records as knowledge_records

ROOMS = (
    knowledge_records,
    agent_records,
    shop_records,
    escalation_records,
    after_records,
    webhook_records,
    identity_records,
    qa_records,
    attachment_records,
    disclosure_records,
    experiment_records,
)  # their import registers the tables
METADATA = SQLModel.metadata
