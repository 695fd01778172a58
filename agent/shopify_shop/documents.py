"""What is asked of Shopify, word for word. Sizes keep each question below the cost of 1,000 that one may have."""

NAMESPACE = "$app:candor"  # only this app can write what lies under it

_MONEY = "{ presentmentMoney { amount currencyCode } }"

# Beside them `read_all_orders`, without which Shopify hides orders that are older than 60 days.
SCOPES = frozenset(
    {"read_customers", "read_orders", "write_orders", "read_returns", "write_returns", "read_products"}
)

GRANTED = """
query Granted {
  currentAppInstallation { accessScopes { handle } }
}
"""

CUSTOMER = """
query Customer($id: ID!) {
  customer(id: $id) {
    id displayName
    defaultEmailAddress { emailAddress }
    defaultPhoneNumber { phoneNumber }
    defaultAddress { name address1 address2 zip city provinceCode countryCodeV2 }
  }
}
"""

ORDER_NAMES = """
query OrderNames($id: ID!, $after: String) {
  customer(id: $id) {
    id
    orders(first: 50, after: $after, sortKey: CREATED_AT, reverse: true) {
      nodes { id name }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

_LINES = f"""
nodes {{
  id title variantTitle quantity currentQuantity isGiftCard
  discountedUnitPriceAfterAllDiscountsSet {_MONEY}
  taxLines(first: 3) {{ priceSet {_MONEY} }}
  customAttributes {{ key }}
  variant {{ id }}
  product {{ id productType tags }}
}}
pageInfo {{ hasNextPage endCursor }}
"""

LINES = f"""
query MoreLines($id: ID!, $after: String) {{
  order(id: $id) {{ lineItems(first: 25, after: $after) {{ {_LINES} }} }}
}}
"""

MOST = {"transactions": 15, "refunds": 10, "fulfillments": 10}  # lists that Shopify does not page

ORDER = f"""
query Order($id: ID!) {{
  order(id: $id) {{
    id name createdAt cancelledAt taxesIncluded edited
    customer {{ id }}
    displayFulfillmentStatus
    totalReceivedSet {_MONEY}
    totalShippingPriceSet {_MONEY}
    shippingAddress {{ name address1 address2 zip city provinceCode countryCodeV2 }}
    cancellation {{ staffNote }}
    lineItems(first: 20) {{ {_LINES} }}
    transactions(first: {MOST["transactions"]}) {{
      id kind status gateway formattedGateway manualPaymentGateway
      amountSet {_MONEY}
      parentTransaction {{ id }}
      paymentDetails {{ ... on CardPaymentDetails {{ company number }} }}
    }}
    refunds(first: {MOST["refunds"]}) {{
      id createdAt note
      transactions(first: 3) {{ nodes {{ kind status amountSet {_MONEY} }} pageInfo {{ hasNextPage endCursor }} }}
    }}
    fulfillments(first: {MOST["fulfillments"]}) {{
      status createdAt deliveredAt displayStatus trackingInfo(first: 1) {{ company number url }}
    }}
    returns(first: 5) {{
      nodes {{
        id name status createdAt
        refunds(first: 1) {{ nodes {{ id }} }}
        returnLineItems(first: 15) {{
          nodes {{
            ... on ReturnLineItem {{
              quantity refundedQuantity returnReasonNote fulfillmentLineItem {{ lineItem {{ id }} }}
            }}
          }}
          pageInfo {{ hasNextPage endCursor }}
        }}
      }}
      pageInfo {{ hasNextPage endCursor }}
    }}
    metafields(first: 30, namespace: "{NAMESPACE}") {{
      nodes {{ key value compareDigest }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

VARIANTS = """
query Variants($id: ID!, $after: String) {
  shop { currencyCode }
  product(id: $id) {
    id title
    variants(first: 100, after: $after) {
      nodes {
        id title price availableForSale inventoryPolicy sellableOnlineQuantity
        inventoryItem { tracked }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

RETURNABLE = """
query Returnable($id: ID!) {
  returnableFulfillments(orderId: $id, first: 10) {
    nodes {
      returnableFulfillmentLineItems(first: 30) {
        nodes { quantity fulfillmentLineItem { id lineItem { id } } }
      }
    }
  }
}
"""

CANCELLING = """
query Cancelling($result: ID!) {
  node(id: $result) { ... on OrderCancelJobResult { status errors { code } } }
}
"""

CLAIM = """
mutation Claim($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { compareDigest } userErrors { code } }
}
"""

RELEASE = """
mutation Release($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) { userErrors { field } }
}
"""

CANCEL = """
mutation Cancel(
  $order: ID!, $reason: OrderCancelReason!, $note: String!, $refund: OrderCancelRefundMethodInput, $restock: Boolean!
) {
  orderCancel(
    orderId: $order, reason: $reason, staffNote: $note, refundMethod: $refund, restock: $restock, notifyCustomer: true
  ) {
    jobResult { id status }
    orderCancelUserErrors { code }
  }
}
"""

MOVE = """
mutation Move($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field } }
}
"""

# The directive is required since 2026-04; Shopify remembers a key for a day, our mark in the note for ever.
REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}
"""

RETURN = """
mutation Return($input: ReturnInput!) {
  returnCreate(returnInput: $input) { return { id } userErrors { code } }
}
"""
