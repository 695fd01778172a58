"""A wrong setting is refused at start with its name and the mend."""

from pathlib import Path

import pytest

from agent.demo_shop.shop import DemoShop
from agent.http_shop.shop import HttpShop
from agent.models import Writer
from agent.models.scripted import ScriptedModel
from agent.models.veiled import VeiledModel
from agent.shop import Connected
from agent.shopify_shop.shop import ShopifyShop
from agent.stripe_refunds.shop import StripeRefunds
from escalation.assembly import secret_of
from escalation.providing import providers_over
from escalation.settings import Settings, SettingsError, load_settings
from escalation.shops import shop_over
from knowledge.database import Database


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting from this machine, and a folder without .env."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"CANDOR_{field.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CANDOR_PORT", "0"),
        ("CANDOR_PORT", "65536"),
        ("CANDOR_PORT", "eighty"),
        ("CANDOR_PORT", ""),
        ("CANDOR_CHROMA_SERVER", "somewhere"),
        ("CANDOR_CHROMA_SERVER", "a b:1"),
        ("CANDOR_CHROMA_SERVER", "http://a:1"),
        ("CANDOR_CHROMA_SERVER", "a:123456"),
        ("CANDOR_DATABASE_URL", ""),
        ("CANDOR_DATABASE_URL", "not a url"),
        ("CANDOR_DATABASE_URL", "mysql://root:kept-to-ourselves@db/candor"),
        ("CANDOR_SHOP_NAME", ""),
        ("CANDOR_DEMO", "perhaps"),
        ("CANDOR_MODEL", "gpt"),
        ("CANDOR_MODEL_BASE_URL", "ftp://kept-to-ourselves"),
        ("CANDOR_MODEL_SECONDS", "0"),
        ("CANDOR_MODEL_SECONDS", "soon"),
        ("CANDOR_MODEL_SECONDS", "nan"),
        ("CANDOR_MODEL_SECONDS", "inf"),
        ("CANDOR_TURN_ROUNDS", "0"),
        ("CANDOR_TURN_ROUNDS", "1.5"),
        ("CANDOR_SECRET", "kept-to-ourselves"),
        ("CANDOR_IDENTITY_SECRET", "kept-to-ourselves"),
        ("CANDOR_SHOP_URL", "shop.example"),
        ("CANDOR_SHOP_URL", "https://somebody:kept-to-ourselves@shop.example"),
        ("CANDOR_SHOP_URL", "https://shop.example/?a=b"),
        ("CANDOR_SHOP_SECRET", "kept-to-ourselves"),
        ("CANDOR_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_the_setting_and_what_it_means(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    told = refusal(monkeypatch, **{name: value})

    assert told.startswith(f"{name} is wrong: ")
    description = Settings.model_fields[name.removeprefix("CANDOR_").lower()].description
    assert description
    assert description in told
    assert "kept-to-ourselves" not in told
    assert "\n" not in told


def test_every_wrong_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, CANDOR_PORT="x", CANDOR_SECRET="short", CANDOR_TURN_ROUNDS="99")
    lines = told.splitlines()
    assert [line.partition(" ")[0] for line in lines] == [
        "CANDOR_PORT",
        "CANDOR_TURN_ROUNDS",
        "CANDOR_SECRET",
    ]


def test_a_hosted_model_needs_a_name_and_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, CANDOR_MODEL="openai", CANDOR_MODEL_API_KEY="kept-to-ourselves")
    assert "CANDOR_MODEL_NAME" in told
    assert "kept-to-ourselves" not in told

    monkeypatch.delenv("CANDOR_MODEL_API_KEY")
    told = refusal(monkeypatch, CANDOR_MODEL_NAME="some-model")
    assert "CANDOR_MODEL_API_KEY" in told

    monkeypatch.setenv("CANDOR_MODEL_API_KEY", "kept-to-ourselves")
    assert "kept-to-ourselves" not in repr(load_settings())


def test_only_a_model_that_is_said_to_be_ones_own_reads_personal_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'candor.db'}")
    backup = Writer("offline", ScriptedModel(script=[]))

    def models() -> list[object]:
        return [w.model for w in providers_over(load_settings(), database, backup=backup).writers]

    assert models() == []  # the offline model: nothing leaves
    for name, value in {"MODEL": "openai", "MODEL_NAME": "some-model", "MODEL_API_KEY": "any"}.items():
        monkeypatch.setenv(f"CANDOR_{name}", value)
    monkeypatch.setenv(
        "CANDOR_PROVIDERS",
        """[{"name": "far", "model": "m", "api_key": "k"}, {"name": "own", "model": "m", "api_key": "k", "sees_clear_text": true}]""",
    )
    assert [isinstance(model, VeiledModel) for model in models()] == [True, True, False]
    monkeypatch.setenv("CANDOR_MODEL_SEES_CLEAR_TEXT", "true")
    assert [isinstance(model, VeiledModel) for model in models()] == [False, True, False]


def test_a_shop_needs_an_address_and_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'candor.db'}")
    assert isinstance(shop_over(load_settings(), database), DemoShop)

    told = refusal(monkeypatch, CANDOR_SHOP_URL="https://shop.example/candor")
    assert "CANDOR_SHOP_SECRET" in told

    monkeypatch.delenv("CANDOR_SHOP_URL")
    told = refusal(monkeypatch, CANDOR_SHOP_SECRET="kept-to-ourselves-by-all-of-us-here")
    assert "CANDOR_SHOP_URL" in told
    assert "kept-to-ourselves" not in told

    monkeypatch.setenv("CANDOR_SHOP_URL", "https://shop.example/candor")
    assert "kept-to-ourselves" not in repr(load_settings())
    assert isinstance(shop_over(load_settings(), database), HttpShop)


def test_a_store_at_shopify_needs_its_address_and_a_way_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = refusal(monkeypatch, CANDOR_SHOPIFY_DOMAIN="tarn.myshopify.com")
    assert "CANDOR_SHOPIFY_CLIENT_ID" in told
    told = refusal(monkeypatch, CANDOR_SHOPIFY_CLIENT_ID="the-app")
    assert "CANDOR_SHOPIFY_CLIENT_SECRET" in told

    monkeypatch.setenv("CANDOR_SHOPIFY_CLIENT_SECRET", "kept-to-ourselves-by-all")
    shop = shop_over(load_settings(), Database(f"sqlite:///{tmp_path / 'candor.db'}"))
    assert isinstance(shop, ShopifyShop)
    assert isinstance(shop, Connected)
    assert "kept-to-ourselves" not in repr(load_settings())

    for wrong in (
        "https://tarn.myshopify.com",
        "tarn.example",
        "tarn.myshopify.com/x",
        "tarn.myshopify.com.x.example",
    ):
        assert "CANDOR_SHOPIFY_DOMAIN is wrong" in refusal(monkeypatch, CANDOR_SHOPIFY_DOMAIN=wrong)
    monkeypatch.delenv("CANDOR_SHOPIFY_DOMAIN")
    told = refusal(monkeypatch)
    assert "CANDOR_SHOPIFY_DOMAIN" in told
    assert "kept-to-ourselves" not in told


def test_the_token_of_an_older_app_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = refusal(monkeypatch, CANDOR_SHOPIFY_TOKEN="shpat_kept-to-ourselves")
    assert "CANDOR_SHOPIFY_DOMAIN" in told
    assert "kept-to-ourselves" not in told
    monkeypatch.setenv("CANDOR_SHOPIFY_DOMAIN", "tarn.myshopify.com")
    assert isinstance(
        shop_over(load_settings(), Database(f"sqlite:///{tmp_path / 'candor.db'}")), ShopifyShop
    )


def test_there_is_one_shop_and_stripe_pays_back_for_a_shop_of_ones_own_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = refusal(monkeypatch, CANDOR_STRIPE_KEY="rk_test_kept-to-ourselves")
    assert "CANDOR_SHOP_URL" in told
    assert "kept-to-ourselves" not in told

    monkeypatch.setenv("CANDOR_SHOP_URL", "https://shop.example/candor")
    monkeypatch.setenv("CANDOR_SHOP_SECRET", "kept-to-ourselves-by-all-of-us-here")
    database = Database(f"sqlite:///{tmp_path / 'candor.db'}")
    shop = shop_over(load_settings(), database)
    assert isinstance(shop, StripeRefunds)
    assert isinstance(shop, Connected)

    told = refusal(
        monkeypatch,
        CANDOR_SHOPIFY_DOMAIN="tarn.myshopify.com",
        CANDOR_SHOPIFY_TOKEN="shpat_kept-to-ourselves",
    )
    assert "there can be one shop" in told


def test_settings_come_from_the_environment_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CANDOR_PORT=9001\nCANDOR_SHOP_NAME=Bog & Loch\n", encoding="utf-8")
    monkeypatch.setenv("CANDOR_PORT", "9002")
    settings = load_settings()
    assert (settings.port, settings.shop_name) == (9002, "Bog & Loch")


def test_the_secret_is_made_once_for_a_data_folder_and_is_for_its_owner_only(tmp_path: Path) -> None:
    here, there = Settings(data_dir=tmp_path / "a"), Settings(data_dir=tmp_path / "b")

    secret = secret_of(here)

    assert len(secret) >= 32
    assert secret_of(here) == secret
    assert secret_of(there) != secret
    assert (tmp_path / "a" / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["secret"]


def test_without_any_setting_candor_serves_this_machine_only() -> None:
    settings = load_settings()
    assert (settings.host, settings.model, settings.chroma_server) == ("127.0.0.1", "offline", None)


def test_tracing_that_would_send_customers_words_elsewhere_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "LANGSMITH_TRACING: it would send what customers write" in refusal(
        monkeypatch, LANGSMITH_TRACING="true"
    )

    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    assert load_settings().model == "offline"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CANDOR_SMTP_URL", "http://mail.example"),
        ("CANDOR_SMTP_URL", "smtp://mail.example"),  # nobody sends it
        ("CANDOR_SHOP_ORIGINS", '["*"]'),
        ("CANDOR_SHOP_ORIGINS", '["https://shop.example/"]'),
        ("CANDOR_SHOP_ORIGINS", '["shop.example"]'),
        ("CANDOR_IDENTITY_SECRET", "a:" + "x" * 32 + ",short"),
        ("CANDOR_IDENTITY_SECRET", "a:" + "x" * 32 + ",a:" + "y" * 32),
    ],
)
def test_what_identity_needs_is_refused_where_it_is_wrong_without_repeating_a_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    told = refusal(monkeypatch, **{name: value})

    assert name in told
    assert "xxxx" not in told


def test_several_secrets_are_read_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_IDENTITY_SECRET", f"new:{'x' * 32}, {'y' * 40}")

    assert load_settings().identity_keys == (("new", "x" * 32), (None, "y" * 40))
