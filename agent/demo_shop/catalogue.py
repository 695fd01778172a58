"""What the demo shop sells, who buys there, and what they have ordered. Days are relative to the day of seeding."""

from dataclasses import dataclass

from agent.orders import Address, Customer, OrderStatus, PaymentKind

CURRENCY = "EUR"
FREE_SHIPPING_FROM = 75_00
SHIPPING = 4_95
STOCK = 12  # pieces of each variant at first


@dataclass(frozen=True)
class Product:
    """A product and its variants; the sku of a variant is `sku` + "-" + variant without spaces, upper-case."""

    sku: str
    name: str
    category: str
    cents: int
    variants: tuple[str, ...]
    final_sale: bool = False
    hygiene: bool = False


PRODUCTS = (
    Product("TT-JKT-CORRIB", "Corrib waterproof jacket", "clothing", 189_00, ("S Moss", "M Moss", "L Slate")),
    Product("TT-JKT-BURREN", "Burren down jacket", "clothing", 279_00, ("M Slate", "L Slate")),
    Product("TT-FLC-INAGH", "Inagh fleece", "clothing", 69_00, ("S Heather", "M Heather", "L Heather")),
    Product("TT-TRS-MAAM", "Maam walking trousers", "clothing", 89_50, ("38 Stone", "40 Stone", "42 Stone")),
    Product("TT-BSL-MERINO", "Merino base layer", "clothing", 64_95, ("S Black", "M Black", "L Black")),
    Product("TT-SCK-WOOL", "Wool walking socks", "clothing", 18_50, ("36-39", "40-43", "44-47")),
    Product("TT-HAT-ARAN", "Aran wool hat", "clothing", 29_95, ("Oat", "Peat")),
    Product("TT-BRF-MERINO", "Merino briefs", "underwear", 24_95, ("S", "M", "L"), hygiene=True),
    Product("TT-BOT-TWELVE", "Twelve Bens walking boots", "footwear", 219_00, ("38", "40", "42", "44")),
    Product("TT-SHO-STRAND", "Strand trail shoes", "footwear", 119_00, ("39", "41", "43")),
    Product("TT-TNT-TARN2", "Tarn 2 tent", "camping", 389_00, ("Green",)),
    Product("TT-TNT-TARN4", "Tarn 4 family tent", "camping", 629_00, ("Green",)),
    Product("TT-BAG-ERRISBEG", "Errisbeg sleeping bag", "camping", 159_00, ("Regular", "Long")),
    Product("TT-RCK-KERRY45", "Kerry 45 rucksack", "camping", 149_00, ("Moss", "Slate")),
    Product("TT-STV-GORSE", "Gorse camping stove", "camping", 74_95, ("One size",)),
    Product("TT-MUG-ENAMEL", "Enamel mug", "camping", 12_50, ("White", "Moss")),
    Product("TT-FLT-CART", "Water-filter cartridge", "camping", 34_95, ("One size",), hygiene=True),
    Product("TT-EAR-PLUGS", "Ear plugs", "camping", 7_95, ("One size",), hygiene=True),
    Product("TT-LMP-HEAD", "Lough headlamp", "electronics", 54_95, ("Black",)),
    Product("TT-WCH-GPS", "Croagh GPS watch", "electronics", 239_00, ("Black", "Stone")),
    Product("TT-PWR-BANK", "Peat power bank", "electronics", 49_95, ("Black",)),
    Product("TT-THR-DONEGAL", "Donegal wool throw", "home", 98_00, ("Thistle", "Oat")),
    Product("TT-CND-BOG", "Bog myrtle candle", "home", 22_50, ("One size",)),
    Product(
        "TT-JKT-SKELLIG", "Skellig shell jacket", "clothing", 99_00, ("M Blue", "L Blue"), final_sale=True
    ),
    Product("TT-GFT-50", "Gift card", "gift_card", 50_00, ("€50",)),
)

CUSTOMERS = (
    Customer("cus_maeve", "Maeve Brennan", "maeve.brennan@customers.example", "+353 20 910 1001"),
    Customer("cus_jonas", "Jonas Weber", "jonas.weber@customers.example", "+49 30 23125 001"),
    Customer("cus_amina", "Amina Diallo", "amina.diallo@customers.example", "+33 1 99 00 10 01", "gold"),
    Customer("cus_tomasz", "Tomasz Nowak", "tomasz.nowak@customers.example", "+48 22 555 10 01"),
)

HOME = {
    "cus_maeve": Address("Maeve Brennan", "14 Sea Road", "", "H91 T2K8", "Galway", "IE"),
    "cus_jonas": Address("Jonas Weber", "Lindenstraße 27", "", "10969", "Berlin", "DE"),
    "cus_amina": Address("Amina Diallo", "8 rue des Capucins", "Bâtiment B", "69001", "Lyon", "FR"),
    "cus_tomasz": Address("Tomasz Nowak", "ul. Długa 5/12", "", "31-147", "Kraków", "PL"),
}
OSLO = Address("Ingrid Haugen", "Storgata 11", "", "0155", "Oslo", "NO")

VISA = (PaymentKind.CARD, "Visa •••• 4242")
MASTERCARD = (PaymentKind.CARD, "Mastercard •••• 5100")
PAYPAL = (PaymentKind.PAYPAL, "PayPal")
GIFT_CARD = (PaymentKind.GIFT_CARD, "gift card •••• 7731")
GIFT_CARD_BALANCE = 40_00
SOCK_CLUB = ("Sock club", 24_00)  # of the first customer; charged on the 25th of the month before a quarter


@dataclass(frozen=True)
class Line:
    """A product, which of its variants, how many, and what has happened to them."""

    sku: str
    variant: int = 0
    quantity: int = 1
    personalised: bool = False
    returned: int = 0


@dataclass(frozen=True)
class SeedOrder:
    """An order, its days counted back from now."""

    number: str
    customer_id: str
    status: OrderStatus
    placed: float
    lines: tuple[Line, ...]
    payment: tuple[PaymentKind, str]
    shipped: float | None = None
    delivered: float | None = None
    address: Address | None = None
    changes: int = 0
    lost: bool = False  # the carrier has searched in vain


PENDING, PACKED, SHIPPED, DELIVERED, CANCELLED = OrderStatus

ORDERS = (
    # Maeve, the demo's default: one order for each thing that can be asked for.
    SeedOrder("TT-10432", "cus_maeve", PENDING, 0.15, (Line("TT-FLC-INAGH", 1), Line("TT-MUG-ENAMEL", 1)), VISA),
    SeedOrder("TT-10429", "cus_maeve", PENDING, 0.6, (Line("TT-TRS-MAAM", 1),), PAYPAL),
    SeedOrder("TT-10411", "cus_maeve", SHIPPED, 3, (Line("TT-STV-GORSE"), Line("TT-LMP-HEAD")), VISA, 1.5),
    SeedOrder(
        "TT-10387", "cus_maeve", DELIVERED, 10,
        (Line("TT-BSL-MERINO", 1, 2), Line("TT-SCK-WOOL", 1, 3), Line("TT-BRF-MERINO", 1), Line("TT-PWR-BANK")),
        VISA, 8, 6,
    ),
    SeedOrder("TT-10254", "cus_maeve", DELIVERED, 50, (Line("TT-SHO-STRAND", 1),), VISA, 48, 45),
    # Jonas: large sums.
    SeedOrder("TT-10430", "cus_jonas", PENDING, 0.4, (Line("TT-TNT-TARN4"), Line("TT-MUG-ENAMEL", 0, 4)), MASTERCARD),
    SeedOrder("TT-10421", "cus_jonas", PACKED, 1.2, (Line("TT-BAG-ERRISBEG", 1),), MASTERCARD),
    SeedOrder("TT-10368", "cus_jonas", DELIVERED, 17, (Line("TT-TNT-TARN2"), Line("TT-HAT-ARAN", 1)), PAYPAL, 15, 12),
    SeedOrder("TT-10341", "cus_jonas", DELIVERED, 26, (Line("TT-WCH-GPS"), Line("TT-SCK-WOOL", 2)), PAYPAL, 24, 20),
    SeedOrder("TT-10302", "cus_jonas", CANCELLED, 35, (Line("TT-CND-BOG", 0, 2),), PAYPAL),
    # Amina: exceptions, and a parcel for a friend in Norway.
    SeedOrder("TT-10431", "cus_amina", PENDING, 0.3, (Line("TT-THR-DONEGAL"),), GIFT_CARD),
    SeedOrder("TT-10418", "cus_amina", SHIPPED, 4, (Line("TT-RCK-KERRY45"),), VISA, 2, address=OSLO),
    SeedOrder("TT-10379", "cus_amina", DELIVERED, 14, (Line("TT-JKT-SKELLIG", 1), Line("TT-HAT-ARAN")), VISA, 12, 9),
    SeedOrder(
        "TT-10372", "cus_amina", DELIVERED, 16,
        (Line("TT-FLT-CART", 0, 2), Line("TT-EAR-PLUGS"), Line("TT-THR-DONEGAL", 1, personalised=True)),
        VISA, 14, 11,
    ),
    SeedOrder("TT-10330", "cus_amina", DELIVERED, 30, (Line("TT-GFT-50"), Line("TT-CND-BOG")), PAYPAL, 28, 25),
    # Tomasz: changes and returns under way, and a parcel that is lost.
    SeedOrder("TT-10428", "cus_tomasz", PENDING, 0.7, (Line("TT-BOT-TWELVE", 2),), VISA, changes=1),
    SeedOrder("TT-10423", "cus_tomasz", PACKED, 1, (Line("TT-PWR-BANK"),), VISA),
    SeedOrder(
        "TT-10365", "cus_tomasz", DELIVERED, 18, (Line("TT-SCK-WOOL", 2, 4, returned=1), Line("TT-FLC-INAGH", 2)),
        VISA, 16, 13,
    ),
    SeedOrder("TT-10360", "cus_tomasz", SHIPPED, 21, (Line("TT-LMP-HEAD"), Line("TT-MUG-ENAMEL", 1)), VISA, 19, lost=True),
    SeedOrder("TT-10358", "cus_tomasz", DELIVERED, 22, (Line("TT-JKT-BURREN", 1),), VISA, 20, 16),
    SeedOrder("TT-10215", "cus_tomasz", DELIVERED, 70, (Line("TT-BSL-MERINO", 2, returned=1),), GIFT_CARD, 68, 64),
)  # fmt: skip
