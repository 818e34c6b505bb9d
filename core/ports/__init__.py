"""What the core asks of the world, in the core's own words.

Every method may raise the errors of `core.errors` and nothing else. Each port is implemented in `connectors/`.
"""

from core.ports.alerts import AlertTable, WatchTable
from core.ports.appointments import Calendar, Probe
from core.ports.basics import Now, Vector
from core.ports.calls import CallTable
from core.ports.cases import (
    ConversationTable,
    CorrectionTable,
    CustomerTable,
    DecisionTable,
    FigureTable,
    InsertionTable,
    PulseTable,
    SignInTable,
)
from core.ports.feeds import StatusPage
from core.ports.incoming import Inbox, Publisher, Signature, SignedRequest, SignIns
from core.ports.journey import JourneyTable, OfferBoard
from core.ports.knowledge import ArticleTable, GapTable, Shelved
from core.ports.outcomes import Heard, OutcomeTable
from core.ports.outreach import AudienceQuery, AudienceTable, CampaignTable, Candidate, Progress
from core.ports.people import MergeTable, ProfileSource, ProfileTable, VerificationTable
from core.ports.reading import (
    EmotionReader,
    Encoder,
    FileReader,
    ImageReader,
    IntentCorrections,
    IntentReader,
    LanguageModel,
    LanguageReader,
    Likeness,
    OutcomeReader,
    SentimentReader,
    TriggerReader,
    VectorIndex,
)
from core.ports.seals import SealTable
from core.ports.store import Store, Unit
from core.ports.threads import ThreadTable
from core.ports.vendors import (
    Agents,
    Desk,
    Helpdesk,
    Media,
    Messenger,
    Orders,
    Scanner,
    Source,
    Staff,
    Switchboard,
    Typing,
)
from core.ports.work import (
    CursorTable,
    EventLog,
    Ledger,
    OutboxTable,
    PolicyTable,
    RequestTable,
    SpendTable,
)
from core.ports.workspaces import WorkspaceTable

__all__ = [
    "Agents",
    "AlertTable",
    "ArticleTable",
    "AudienceQuery",
    "AudienceTable",
    "Calendar",
    "CallTable",
    "CampaignTable",
    "Candidate",
    "ConversationTable",
    "CorrectionTable",
    "CursorTable",
    "CustomerTable",
    "DecisionTable",
    "Desk",
    "EmotionReader",
    "Encoder",
    "EventLog",
    "FigureTable",
    "FileReader",
    "GapTable",
    "Heard",
    "Helpdesk",
    "ImageReader",
    "Inbox",
    "InsertionTable",
    "IntentCorrections",
    "IntentReader",
    "JourneyTable",
    "LanguageModel",
    "LanguageReader",
    "Ledger",
    "Likeness",
    "Media",
    "MergeTable",
    "Messenger",
    "Now",
    "OfferBoard",
    "Orders",
    "OutboxTable",
    "OutcomeReader",
    "OutcomeTable",
    "PolicyTable",
    "Probe",
    "ProfileSource",
    "ProfileTable",
    "Progress",
    "Publisher",
    "PulseTable",
    "RequestTable",
    "Scanner",
    "SealTable",
    "SentimentReader",
    "Shelved",
    "SignInTable",
    "SignIns",
    "Signature",
    "SignedRequest",
    "Source",
    "SpendTable",
    "Staff",
    "StatusPage",
    "Store",
    "Switchboard",
    "ThreadTable",
    "TriggerReader",
    "Typing",
    "Unit",
    "Vector",
    "VectorIndex",
    "VerificationTable",
    "WatchTable",
    "WorkspaceTable",
]
