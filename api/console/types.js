/**
 * What the desk side of the HTTP interface sends (docs/architecture.md). Types only: nothing runs here.
 *
 * @typedef {{id: string, name: string, email: string, role: "agent" | "supervisor"}} Me
 * @typedef {{id: string, name: string}} Holder
 * @typedef {"ai" | "queue" | "human"} Floor
 * @typedef {"low" | "normal" | "high" | "urgent"} Urgency
 * @typedef {"customer" | "ai" | "human" | "system"} AuthorKind
 * @typedef {"waiting" | "mine" | "open" | "resolved" | "snoozed" | "live"} View
 *
 * When a word of a person is due; without `due` nothing was promised, without `since` nothing is owed.
 * @typedef {{state: "none" | "running" | "at_risk" | "broken", since: string | null, at_risk_from: string | null, due: string | null}} Clock
 * @typedef {{name: string, open: boolean, opens: string | null, members: number, on: number, waiting: number, at_risk: number}} Queue
 * @typedef {"online" | "away"} Status
 *
 * @typedef {object} Handoff
 * @property {string} id
 * @property {string} reason
 * @property {string} reason_label
 * @property {string} why
 * @property {Urgency} urgency
 * @property {string} queue
 * @property {string} opened_at
 * @property {string | null} claimed_at
 * @property {string | null} language
 * @property {string | null} snoozed_until put aside by its holder until then
 * @property {string | null} woken_at
 * @property {string | null} wrap_up
 * @property {Clock} clock of the open handoff only
 * @property {number} priority of the open handoff only; more comes first
 * @property {{rule: string, policy_version: string | null, saw: string[], route: string | null, routing_version: string | null}} decision
 *
 * @typedef {object} Person of the desk
 * @property {string} id
 * @property {string} name
 * @property {boolean} on
 * @property {number} load
 * @property {number} capacity
 * @property {string[]} skills
 * @property {string[]} languages
 *
 * @typedef {{name: string, open: boolean, opens: string | null, on: number, waiting: number, at_risk: number}} Queue
 * @typedef {{code: string, label: string}} WrapUp
 * @typedef {"viewing" | "replying" | "noting" | "left"} Doing
 * @typedef {{conversation_id: string, who: {kind: "human" | "customer", id: string | null, name: string | null},
 *   window: string, doing: Doing, seconds: number}} Sign that somebody is at a conversation, for so many seconds
 *
 * @typedef {object} Order
 * @property {string} number
 * @property {string} status
 * @property {string} placed_at
 * @property {string | null} delivered_at
 * @property {{name: string, variant: string, quantity: number, returned: number, price: string}[]} items
 * @property {string} shipping
 * @property {string} total
 * @property {string} paid_with
 * @property {{carrier: string, code: string, url: string, lost: boolean} | null} tracking
 * @property {{amount: string, at: string, to: string}[]} refunds
 *
 * @typedef {{id: string, case_number: string, created_at: string, ended: string, about: string}} Earlier
 * @typedef {{known: boolean, level: "visitor" | "hash" | "email" | "shop", orders: Order[] | null, earlier: Earlier[]}} CustomerFile `orders` is null where the shop did not answer
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} case_number
 * @property {{name: string, email: string | null} | null} customer
 * @property {Floor} floor
 * @property {number} epoch
 * @property {Holder | null} holder
 * @property {boolean} resolved
 * @property {string} created_at
 * @property {Handoff | null} handoff
 * @property {{text: string, author_kind: AuthorKind, created_at: string} | null} last_message
 * @property {{label: string, valence: number} | null} emotion
 *
 * @typedef {object} Citation
 * @property {number} number
 * @property {string} article
 * @property {number | string} version
 * @property {string} title
 * @property {string | null} heading
 * @property {string} quote
 * @property {string} url
 *
 * @typedef {object} Proposal
 * @property {string} id
 * @property {string} action
 * @property {string} title
 * @property {{label: string, value: string}[]} lines
 * @property {"open" | "confirmed" | "done" | "failed" | "declined" | "expired" | "withdrawn"} status
 * @property {string} expires_at
 *
 * @typedef {object} Approval a request that only a person may allow
 * @property {string} id
 * @property {string} title
 * @property {{label: string, value: string}[]} lines
 * @property {{text: string, article: string}[]} reasons
 * @property {string | null} amount at stake, for people
 * @property {string} digest
 * @property {"pending" | "approved" | "refused" | "expired" | "withdrawn"} status
 * @property {string | null} why_not why this person may not approve it
 * @property {Holder | null} decided_by
 * @property {string | null} decided_at
 * @property {string} note
 *
 * @typedef {object} Signals
 * @property {string | null} emotion null where it was not judged, e.g. in a language the model does not know
 * @property {number} valence
 * @property {number} intensity
 * @property {string} intent
 * @property {string[]} stakes
 * @property {boolean} wants_person
 * @property {string} language
 *
 * @typedef {object} Attachment a file of the customer's; its name is theirs
 * @property {string} id
 * @property {string} name
 * @property {string} media_type
 * @property {number} size bytes
 * @property {number | null} width
 * @property {number | null} height
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} seq
 * @property {{kind: AuthorKind, name: string | null}} author
 * @property {"disclosure"|"text"|"receipt"|"handoff"|"claim"|"handback"|"resolved"|"reopened"|"note"} kind
 * @property {string} text
 * @property {string} html
 * @property {Citation[]} citations
 * @property {Proposal | null} proposal
 * @property {boolean} offer_person
 * @property {Attachment[]} [attachments]
 * @property {"everyone" | "staff"} audience
 * @property {string} created_at
 * @property {string | null} corrects the line of the briefing that the customer corrects with it, "" for the whole
 * @property {Signals | null} [signals]
 * @property {{id: string, name: string, whisper: boolean}[]} [for] whom an internal note is for
 *
 * @typedef {object} Turn how an answer of the AI came about
 * @property {string | null} question
 * @property {{confidence: number | null, good_enough: boolean | null, passages: {url: string, score: number, cited: boolean}[]}} search
 * @property {{name: string, result: string}[]} tools
 * @property {{sentence: string, why: string}[]} cut
 * @property {number | null} passed sentences that the check let through
 * @property {Record<string, string>} experiments variant by experiment
 * @property {boolean} repaired whether the model was asked once more for what was cut
 * @property {{name: string | null, provider: string | null, prompt: string | null, failed: string[], budget: string | null,
 *   tokens: {in: number | null, out: number | null} | null, cost: string | null}} model
 * @property {Record<string, number>} milliseconds
 * @property {{rule: string, policy_version: string | null, saw: string[]} | null} decision
 *
 * @typedef {object} BriefingLine
 * @property {string} id
 * @property {string} part
 * @property {string} label
 * @property {string} text
 * @property {string[]} sources
 * @property {"code" | "model"} by
 * @property {{text: string, message_id: string} | null} correction the customer's, of this line
 * @property {string | null} corrects the line that this one corrects
 *
 * @typedef {{at_a_glance: number, lines: BriefingLine[]}} Briefing
 *
 * @typedef {object} Point where one message brought the trajectory; levels from 0 (fine) to 1 (very upset)
 * @property {string} message_id
 * @property {number} seq
 * @property {string} emotion
 * @property {number} level
 * @property {number} moved
 * @property {boolean} upset
 * @property {number} customer_level over all of the customer's conversations
 * @property {boolean} customer_upset
 * @property {boolean} starts_anew the first since a person dealt with what was before
 *
 * @typedef {{ring_at: number, rest_below: number, points: Point[]}} Trajectory
 *
 * @typedef {Conversation & {messages: Message[], briefing: Briefing | null, handoffs: Handoff[],
 *   approvals: Approval[], trajectory: Trajectory, rating: Rating | null, last_event_id: number | string | null}} Detail
 *
 * @typedef {{solved: boolean, satisfaction: number | null, effort: number | null, comment: string | null, rated_at: string | null}} Rating
 *
 * @typedef {"connecting" | "live" | "retrying"} Link
 *
 * @typedef {object} Passage of a published version; `citable` where the customer may read it
 * @property {string} article
 * @property {number} version
 * @property {string} hash
 * @property {string} title
 * @property {string} heading
 * @property {string} text plain
 * @property {string} html
 * @property {string} url
 * @property {string} audience
 * @property {boolean} citable
 *
 * @typedef {{article: string, version: number, hash: string, title: string, url: string}} Source what a reply cites
 *
 * @typedef {object} Suggestion
 * @property {string | null} id goes back with the reply that it was put into
 * @property {string} text
 * @property {string} html
 * @property {Source[]} citations
 * @property {boolean} known
 * @property {{sentence: string, why: string}[]} cut
 * @property {string | null} why
 * @property {string | null} written_by
 *
 * @typedef {{id: string, name: string, text: string, shared: boolean, version: number, placeholders: string[]}} Macro
 * @typedef {{rule: string, text: string, words: string | null}} Hint
 * @typedef {{id: string, name: string}} Person
 *
 * @typedef {object} Mention
 * @property {string} message_id
 * @property {string} conversation_id
 * @property {string} case_number
 * @property {string | null} customer
 * @property {string} by
 * @property {string} text
 * @property {boolean} whisper
 * @property {boolean} seen
 * @property {string} created_at
 *
 * @typedef {{items: Mention[], unseen: number}} MentionList
 */

export {};
