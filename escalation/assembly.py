"""The one place where real parts are made. The API and the evals both call `assemble`."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from agent import entailment
from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.models import Writer
from agent.models.offline import offline_writer
from agent.models.providers import Providers
from agent.proposals import Proposals
from agent.reader import Reader, load_reader
from agent.rules import LIMITS
from agent.rules import Limits as Rules
from agent.shop import Connected, Shop
from agent.transcript import OF_A_COLLEAGUE
from agent.turn import Turn, TurnLimits
from escalation.activity import Activity
from escalation.after.policy import AFTER_FILE, After
from escalation.after.pulses import Pulses
from escalation.after.ratings import Ratings
from escalation.approving import ApprovalDesk
from escalation.attachments.attachments import Attachments
from escalation.attendance import Attendance
from escalation.briefing.by_model import BriefingWriter
from escalation.cases import Cases
from escalation.centre.bands import BANDS_FILE, Bands
from escalation.centre.centre import Centre
from escalation.centre.watch import Watch
from escalation.circumstances import Lookup
from escalation.copilot import LIMITS as DRAFTING
from escalation.copilot import Copilot
from escalation.desk import Desk
from escalation.disclosures.showing import Showings
from escalation.dispatch import Dispatch
from escalation.events import Hub, OtherProcesses
from escalation.experiments.running import Experiments
from escalation.experiments.ways import SETTLING, Ways
from escalation.gaps import Gaps
from escalation.identity.mailing import DemoMailer, Mailer, SmtpMailer
from escalation.identity.revocations import Revocations
from escalation.identity.step_up import StepUp, can_step_up
from escalation.macros import Macros
from escalation.mentions import Notes
from escalation.moving import Moving
from escalation.policy_files import told_by
from escalation.presence import Presence
from escalation.providing import providers_over
from escalation.qa.labelling import Labelling
from escalation.reception import Reception
from escalation.rounds import Rounds
from escalation.routing import ROUTING_FILE, Routing
from escalation.settings import Settings
from escalation.settlement import Settlement
from escalation.shops import shop_over
from escalation.staff import Staff
from escalation.supervising import Supervising
from escalation.triggers import POLICY_FILE, Triggers
from escalation.webhooks.courier import Courier
from escalation.wrap_up import WRAP_UP_FILE, WrapUps
from knowledge.database import Database, utc_now
from knowledge.embedding import Embedder
from knowledge.import_runs import ImportRuns
from knowledge.index import VectorIndex
from knowledge.library import KnowledgeBase

log = structlog.get_logger()

HELP_CENTRE = Path(__file__).parents[1] / "knowledge" / "help_centre"
HELP_CASES = Path(__file__).parents[1] / "evals" / "data" / "help_questions.jsonl"
TEND_SECONDS = 30  # between two looks for what is confirmed but unsettled, expired, at risk or left behind


@dataclass
class Parts:
    """Everything that serves, assembled. `start` before use, `stop` after."""

    settings: Settings
    database: Database
    hub: Hub
    index: VectorIndex
    knowledge: KnowledgeBase
    reader: Reader
    shop: Shop
    proposals: Proposals
    settlement: Settlement
    briefings: BriefingWriter
    attendance: Attendance
    reception: Reception
    attachments: Attachments
    showings: Showings
    step_up: StepUp
    revocations: Revocations
    dispatch: Dispatch
    desk: Desk
    cases: Cases
    notes: Notes
    macros: Macros
    copilot: Copilot
    moving: Moving
    supervising: Supervising
    presence: Presence
    activity: Activity
    rounds: Rounds
    approving: ApprovalDesk
    staff: Staff
    embedder: Embedder
    gaps: Gaps
    imports: ImportRuns
    ratings: Ratings
    centre: Centre
    watch: Watch
    labelling: Labelling
    experiments: Experiments
    courier: Courier
    eval_cases: tuple[Path, ...]
    clock: Callable[[], datetime] = utc_now
    _tending: asyncio.Task[None] | None = None
    _following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the knowledge base (seeding the demo where it is wanted) and finish what was left behind.

        The database must be migrated already. Raises `ModelMissingError` and `IndexInUseError`.
        """
        if self.settings.demo:
            await seed(self.database, self.clock())
            await self.macros.seed()
            report = await self.knowledge.publish_folder(HELP_CENTRE)
            log.info(
                "help_centre_ready",
                new=len(report.new),
                changed=len(report.changed),
                missing=len(report.missing),
            )
        await self.knowledge.open()
        if isinstance(self.shop, Connected):
            await self.shop.open()
        # Who holds vectors in this folder serves alone.
        await self.imports.recover(alone=self.settings.chroma_server is None)
        # Loading the models now keeps the first customer from waiting for it.
        await asyncio.gather(
            self.embedder.embed(["warm"]), self.reader.read("warm"), asyncio.to_thread(entailment.reads)
        )
        if self.reader.degraded:
            log.warning("signals_degraded", why=self.reader.degraded)
        await self.attendance.ways.refresh()
        await self.reception.recover()
        self.courier.start()
        # Several processes may serve as soon as the vectors lie in a server.
        if self.settings.chroma_server is not None:
            self._following = asyncio.create_task(OtherProcesses(self.database, self.hub).follow())
        self._tending = asyncio.create_task(self._tend())

    @property
    def degraded(self) -> list[str]:
        """What this process does without meanwhile, and why, in words for an operator."""
        models = (self.reader.degraded, entailment.degraded())
        return [*filter(None, models), *self.attendance.turn.providers.degraded]

    async def stop(self) -> None:
        """Stop attending and close what is open."""
        for task in (self._tending, self._following):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self.courier.close()
        await self.attendance.close()
        await self.briefings.close()
        await self.step_up.close()
        await self.imports.close()
        if isinstance(self.shop, Connected):
            await self.shop.close()
        await self.database.close()
        await self.index.close()

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TEND_SECONDS)
            await self.tend()

    async def tend(self) -> None:
        """Look once for what is confirmed but unsettled, expired, at risk or left behind. Never raises."""
        for mend in (
            self.settlement.recover,
            self.approving.expire,
            self.rounds.make,
            self.watch.look,
            self.experiments.look,
            self.attendance.ways.refresh,
            self.attachments.sweep,
        ):
            try:
                await mend()
            # Tending must outlive any one failure: it is what mends the others.
            except Exception as error:  # noqa: BLE001 - see above
                log.error("tending_failed", error=type(error).__name__)


def mailer_over(settings: Settings, shop: Shop) -> Mailer | None:
    """Who sends mail, if anybody does. Only for the demo shop, whose customers are invented, a mail is shown in the log."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url.get_secret_value(), settings.mail_sender)
    return DemoMailer() if settings.demo and isinstance(shop, DemoShop) else None


def assemble(
    settings: Settings,
    *,
    writer: Writer | None = None,
    shop: Shop | None = None,
    mailer: Mailer | None = None,
    reader: Reader | None = None,
    embedder: Embedder | None = None,
    knowledge: KnowledgeBase | None = None,
    clock: Callable[[], datetime] = utc_now,
    rules: Rules = LIMITS,
) -> Parts:
    """Make the real parts from the settings; what is given replaces its real one.

    Makes the data folder and loads the reading model (seconds); database, vectors and network are not touched yet.
    Raises `PolicyError` and `SettingsError`.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.records_url)
    hub = Hub()
    index = _index(settings)
    embedder = embedder or Embedder()
    knowledge = knowledge or KnowledgeBase(database, index, embedder)
    shop = shop or shop_over(settings, database, clock)
    reader = reader or load_reader()
    proposals = Proposals(database, shop, clock, rules)
    offline = offline_writer(embedder, settings.shop_name)
    providers = providers_over(settings, database, backup=offline, writer=writer)
    mailer = mailer or mailer_over(settings, shop)
    turn = Turn(
        knowledge,
        shop,
        proposals,
        providers,
        shop_name=settings.shop_name,
        limits=TurnLimits(settings.turn_rounds, settings.model_seconds),
        tone=settings.tone,
        step_up=can_step_up(shop, mailer),
    )
    settlement = Settlement(database, hub, proposals, clock=clock)

    def drafting(by: Providers) -> Turn:
        """A turn that only looks, for the person at the desk."""
        return Turn(
            knowledge,
            shop,
            None,
            by,
            shop_name=settings.shop_name,
            limits=DRAFTING,
            tone=settings.tone,
            prompt=OF_A_COLLEAGUE,
        )

    briefings = BriefingWriter(
        database,
        hub,
        providers if settings.briefing_by_model else None,
        shop_name=settings.shop_name,
    )
    with told_by("CANDOR_TRIGGERS_FILE"):
        triggers = Triggers.load(settings.triggers_file or POLICY_FILE)
    with told_by("CANDOR_ROUTING_FILE"):
        routing = Routing.load(settings.routing_file or ROUTING_FILE)
    with told_by("CANDOR_AFTER_FILE"):
        after = After.load(settings.after_file or AFTER_FILE)
    with told_by("CANDOR_WRAP_UP_FILE"):
        wrap_ups = WrapUps.load(settings.wrap_up_file or WRAP_UP_FILE)
    with told_by("CANDOR_BANDS_FILE"):
        bands = Bands.load(settings.bands_file or BANDS_FILE)
    dispatch = Dispatch(
        database,
        routing,
        triggers.trajectory,
        file=settings.routing_file,
        clock=clock,
    )
    desk = Desk(database, hub, dispatch, wrap_ups)
    # Several processes may serve as soon as the vectors lie in a server.
    settling = timedelta() if settings.chroma_server is None else SETTLING
    ways = Ways(database, triggers, turn, knowledge, settling=settling, clock=clock)
    attendance = Attendance(
        database,
        hub,
        reader,
        Lookup(shop, embedder),
        ways,
        settlement,
        dispatch,
        briefings=briefings,
        pulses=Pulses(database, embedder, triggers.trajectory, after),
        clock=clock,
    )
    reception = Reception(database, hub, attendance, settlement, dispatch, shop_name=settings.shop_name)
    centre = Centre(database, dispatch, after, clock=clock)
    return Parts(
        settings=settings,
        database=database,
        hub=hub,
        index=index,
        knowledge=knowledge,
        reader=reader,
        shop=shop,
        proposals=proposals,
        settlement=settlement,
        briefings=briefings,
        attendance=attendance,
        reception=reception,
        attachments=Attachments(database, largest=settings.attachment_bytes, clock=clock),
        showings=Showings(database, clock),
        step_up=StepUp(
            database,
            shop,
            mailer,
            reception,
            secret=secret_of(settings),
            shop_name=settings.shop_name,
            clock=clock,
        ),
        revocations=Revocations(database, clock),
        dispatch=dispatch,
        desk=desk,
        cases=Cases(database, dispatch),
        notes=Notes(database, desk, clock=clock),
        macros=Macros(database, shop_name=settings.shop_name, clock=clock),
        copilot=Copilot(
            database,
            reader,
            drafting(providers),
            drafting(Providers([], backup=offline)),
            clock=clock,
        ),
        moving=Moving(database, hub, dispatch),
        supervising=Supervising(database, hub, dispatch),
        presence=Presence(database, clock),
        activity=Activity(database, hub),
        rounds=Rounds(database, hub, dispatch),
        approving=ApprovalDesk(database, hub, proposals.approvals, clock=clock),
        staff=Staff(database),
        embedder=embedder,
        gaps=Gaps(database, knowledge, embedder, clock=clock),
        imports=ImportRuns(database, knowledge.importer),
        ratings=Ratings(database, after, clock=clock),
        centre=centre,
        watch=Watch(database, centre, bands, clock=clock),
        labelling=Labelling(database, clock=clock),
        experiments=Experiments(database, after, clock=clock),
        courier=Courier(database, to_private=settings.webhooks_to_private, clock=clock),
        eval_cases=settings.eval_cases or ((HELP_CASES,) if settings.demo else ()),
        clock=clock,
    )


@asynccontextmanager
async def open_knowledge(settings: Settings) -> AsyncIterator[KnowledgeBase]:
    """The knowledge base of these settings alone, for the command line; its index is not touched yet."""
    database, index = Database(settings.records_url), _index(settings)
    try:
        yield KnowledgeBase(database, index, Embedder())
    finally:
        await index.close()
        await database.close()


def secret_of(settings: Settings) -> str:
    """The secret that signs sessions: from the settings, else one made once and kept in `data_dir`."""
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    return made_once(settings.data_dir / "secret", octets=48)


def made_once(file: Path, *, octets: int) -> str:
    """A random word of so many octets, made at the first call and kept in a file that only its owner can read."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a process killed in between must not leave an empty secret.
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(octets), encoding="ascii")
        draft.replace(file)
    return file.read_text(encoding="ascii").strip()


def _index(settings: Settings) -> VectorIndex:
    if settings.chroma_server is None:
        return VectorIndex.embedded(settings.data_dir / "vectors")
    host, _, port = settings.chroma_server.partition(":")
    return VectorIndex.server(host, int(port))
