/**
 * The records of the HTTP interface (docs/architecture.md), as types for the panel's modules.
 *
 * @typedef {"ai" | "queue" | "human"} Floor
 * @typedef {"open" | "confirmed" | "done" | "failed" | "declined" | "expired" | "withdrawn"} ProposalStatus
 *
 * @typedef {object} Proposal
 * @property {string} id
 * @property {string} action
 * @property {string} title
 * @property {{label: string, value: string}[]} lines
 * @property {ProposalStatus} status
 * @property {string} digest
 * @property {string} expires_at
 *
 * @typedef {object} Citation
 * @property {number} number
 * @property {string} article
 * @property {number} version
 * @property {string} title
 * @property {string} heading
 * @property {string} quote
 * @property {string} url
 *
 * @typedef {object} Attachment a file of the customer's
 * @property {string} id
 * @property {string} name theirs: shown as text
 * @property {"image/jpeg" | "image/png" | "application/pdf"} media_type
 * @property {number} size bytes
 * @property {number | null} width pixels, of an image
 * @property {number | null} height
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} seq
 * @property {{kind: "customer" | "ai" | "human" | "system", name: string | null}} author
 * @property {string} kind
 * @property {string} text
 * @property {string} html
 * @property {Citation[]} citations
 * @property {Proposal | null} proposal
 * @property {boolean} offer_person
 * @property {boolean} offer_step_up
 * @property {Attachment[]} attachments
 * @property {string | null} stream_id
 * @property {string | null} client_id the sender's own id for it
 * @property {string | null} corrects the line of what was passed on that it corrects, "" for the whole
 * @property {string} created_at
 *
 * @typedef {object} PassedOnLine of what people of the team read
 * @property {string} id
 * @property {string} part
 * @property {string} text
 * @property {{text: string, message_id: string} | null} correction
 *
 * @typedef {object} FloorState
 * @property {Floor} floor
 * @property {number} epoch
 * @property {{name: string} | null} holder
 * @property {boolean} resolved
 * @property {boolean} [can_withdraw] they wait for a person, and may leave it at that
 *
 * @typedef {object} Rating
 * @property {boolean} solved
 * @property {number} [satisfaction] 1 to 5
 * @property {number} [effort] 1 to 5
 * @property {string} [comment]
 *
 * @typedef {{asked: boolean, open: boolean, after_seconds: number}} RatingState whether the customer has been asked, whether that stands unanswered, and after how much silence to
 *
 * @typedef {FloorState & {id: string, case_number: string, messages: Message[], last_event_id: string | number | null, rating: RatingState}} Thread
 *
 * @typedef {object} ShopPage the page of the shop that the customer looks at, as the shop tells it by `update({page})`
 * @property {string} [title]
 * @property {string} [url]
 * @property {string} [product] its name
 *
 * @typedef {object} SessionAnswer
 * @property {string} session_token
 * @property {string} expires_at
 * @property {string | null} visitor_token
 * @property {"visitor" | "hash" | "email" | "shop"} level how sure it is who they are
 * @property {{name: string} | null} customer
 * @property {{text: string, on_behalf_of: string}} disclosure
 *
 * A message of the customer that has no 2xx yet. `client_id` stays the same through every try.
 * @typedef {object} Pending
 * @property {string} client_id
 * @property {string} text
 * @property {ShopPage | null} [page] where it was written
 * @property {string | null} conversation
 * @property {string} owner
 * @property {"sending" | "later" | "failed"} state later: no connection, it is tried again; failed: the server refused it
 * @property {string} [problem]
 * @property {Attachment[]} [attachments]
 * @property {string | null} [corrects] it corrects this line of what was passed on; null: the whole
 */
export {};
