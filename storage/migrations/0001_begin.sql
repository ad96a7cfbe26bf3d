-- The first schema. Every domain row's key begins with its commune; only rows older than membership
-- (inbox, account, code_attempt) belong to a bot. Days are ISO dates, moments UTC ("2024-12-08T01:05:00.123456Z"),
-- money an integer in đồng, answers JSON text that only Python reads.

CREATE TABLE commune (
    commune INTEGER NOT NULL PRIMARY KEY,
    code    TEXT NOT NULL UNIQUE,            -- from matran.toml: "tan-an"
    name    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE hamlet (
    commune  INTEGER NOT NULL REFERENCES commune,
    hamlet   TEXT NOT NULL,                  -- from matran.toml: "3"
    name     TEXT NOT NULL,                  -- "Ấp 3"
    position INTEGER NOT NULL,               -- order in lists
    from_day TEXT,                           -- NULL: since always
    until_day TEXT,                          -- the last day that it existed; NULL: still does
    PRIMARY KEY (commune, hamlet)
) STRICT, WITHOUT ROWID;

-- Who sits on a hamlet's board, or (hamlet NULL) on the committee: what attendance is taken from.
CREATE TABLE roster (
    commune  INTEGER NOT NULL REFERENCES commune,
    member   INTEGER NOT NULL,
    hamlet   TEXT,
    post     TEXT NOT NULL,                  -- truong_ban, pho_ban, thanh_vien, …
    name     TEXT NOT NULL,
    position INTEGER NOT NULL,
    from_day TEXT,
    until_day TEXT,
    PRIMARY KEY (commune, member),
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_by_hamlet ON roster (commune, hamlet, position);

CREATE TABLE person (
    commune  INTEGER NOT NULL REFERENCES commune,
    person   INTEGER NOT NULL,
    name     TEXT NOT NULL,
    address_form TEXT,                       -- chú, bà, đồng chí, …; NULL: no pronoun
    created_at TEXT NOT NULL,
    PRIMARY KEY (commune, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE role (
    commune  INTEGER NOT NULL,
    role     INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('standing_committee','hamlet_head','hamlet_deputy','observer')),
    hamlet   TEXT,
    from_at  TEXT NOT NULL,
    until_at TEXT,                           -- NULL: holds it still
    PRIMARY KEY (commune, role),
    CHECK (hamlet IS NOT NULL OR kind NOT IN ('hamlet_head','hamlet_deputy')),
    FOREIGN KEY (commune, person) REFERENCES person,
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet
) STRICT, WITHOUT ROWID;
CREATE INDEX role_by_person ON role (commune, person) WHERE until_at IS NULL;
-- A hamlet has one head at a time.
CREATE UNIQUE INDEX role_one_head ON role (commune, hamlet) WHERE kind = 'hamlet_head' AND until_at IS NULL;

-- A bot (a token): what it said of itself when it was started, what its platform grants it.
CREATE TABLE bot (
    bot      TEXT NOT NULL PRIMARY KEY,
    place    INTEGER,                        -- among those served now, in order; NULL: served no more
    name     TEXT,                           -- NULL: has not reached its platform yet
    link     TEXT,                           -- opens a chat with it, where the platform has such links
    users    INTEGER,                        -- how many people it may talk to; NULL: without limit
    monthly  INTEGER                         -- how many messages it may send a month; NULL: without limit
) STRICT, WITHOUT ROWID;

-- What a bot with a monthly limit has sent.
CREATE TABLE spending (
    bot      TEXT NOT NULL,
    month    TEXT NOT NULL,                  -- "2024-12", as people in Viet Nam count it
    messages INTEGER NOT NULL,
    exhausted_at TEXT,                       -- since when the platform says that nothing is left
    retry_at TEXT,                           -- when it is asked again
    setbacks INTEGER NOT NULL DEFAULT 0,     -- how often it has said so since
    PRIMARY KEY (bot, month)
) STRICT, WITHOUT ROWID;

-- A person's address on a channel.
CREATE TABLE account (
    bot      TEXT NOT NULL,
    address  TEXT NOT NULL,
    commune  INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    name     TEXT NOT NULL,                  -- as the platform shows it
    state    TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active','gone')),
    last_at  TEXT NOT NULL,                  -- the last message from it
    PRIMARY KEY (bot, address),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX account_by_person ON account (commune, person, last_at);

-- The last message that offered numbers, to one account: what a bare number answers.
CREATE TABLE offer (
    bot      TEXT NOT NULL,
    address  TEXT NOT NULL,
    at       TEXT NOT NULL,
    options  TEXT NOT NULL,                  -- JSON: {"1": "/chotthang 12 2024", …}; {} with a draft: its question
    draft    INTEGER,
    about    TEXT NOT NULL,                  -- the message that offered, shown again when a number comes late
    PRIMARY KEY (bot, address),
    FOREIGN KEY (bot, address) REFERENCES account
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
    commune  INTEGER NOT NULL REFERENCES commune,
    invitation INTEGER NOT NULL,
    code_hash TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL CHECK (kind IN ('standing_committee','hamlet_head','hamlet_deputy','observer')),
    hamlet   TEXT,
    name     TEXT NOT NULL,
    address_form TEXT,
    issued_by INTEGER,                       -- NULL: at the computer
    bot      TEXT,                           -- whose place it keeps, where the bot named has so many only
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at  TEXT,
    used_by  INTEGER,
    revoked_at TEXT,
    PRIMARY KEY (commune, invitation),
    CHECK (hamlet IS NOT NULL OR kind NOT IN ('hamlet_head','hamlet_deputy')),
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet,
    FOREIGN KEY (commune, issued_by) REFERENCES person,
    FOREIGN KEY (commune, used_by) REFERENCES person
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_place ON invitation (bot, expires_at)
    WHERE bot IS NOT NULL AND used_at IS NULL AND revoked_at IS NULL;

-- A code with which a person takes another account into use, typed there.
CREATE TABLE transfer (
    commune  INTEGER NOT NULL,
    transfer INTEGER NOT NULL,
    code_hash TEXT NOT NULL UNIQUE,
    person   INTEGER NOT NULL,
    bot      TEXT NOT NULL,                  -- the account that asked for it
    address  TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at  TEXT,                           -- or revoked: by the next one
    PRIMARY KEY (commune, transfer),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX transfer_open ON transfer (commune, person) WHERE used_at IS NULL;

CREATE TABLE code_attempt (
    bot      TEXT NOT NULL,
    address  TEXT NOT NULL,
    failures INTEGER NOT NULL,
    blocked_until TEXT,
    PRIMARY KEY (bot, address)
) STRICT, WITHOUT ROWID;

-- What was put before a person, word for word, and what they chose. Append-only.
CREATE TABLE consent (
    commune  INTEGER NOT NULL,
    consent  INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    at       TEXT NOT NULL,
    answer   TEXT NOT NULL CHECK (answer IN ('yes','no','later','withdrawn')),
    purpose  TEXT NOT NULL,                  -- identity of the purpose: another one asks again
    wording  TEXT NOT NULL,
    channel  TEXT NOT NULL,                  -- that the wording names: "telegram", "zalo"
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (commune, consent),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_by_person ON consent (commune, person, purpose, consent);
CREATE TRIGGER consent_stays BEFORE UPDATE ON consent
    BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;
CREATE TRIGGER consent_kept BEFORE DELETE ON consent
    BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;

-- An unfinished form. It belongs to a person, not to a chat; at most one is open, others rest.
CREATE TABLE draft (
    commune  INTEGER NOT NULL,
    draft    INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    form     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open','parked','done','cancelled')),
    hamlet   TEXT,
    body     TEXT NOT NULL,                  -- JSON: the dialogue's own state
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (commune, draft),
    FOREIGN KEY (commune, person) REFERENCES person,
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX draft_one_open ON draft (commune, person) WHERE state = 'open';
CREATE INDEX draft_by_person ON draft (commune, person, state, updated_at);

-- A finished form ("phiếu"). Never deleted; what it says is in its revisions.
CREATE TABLE record (
    commune  INTEGER NOT NULL,
    record   INTEGER NOT NULL,               -- the number that people see
    draft    INTEGER NOT NULL,
    line     INTEGER NOT NULL DEFAULT 0,     -- of a pasted list; 0 for a single record
    form     TEXT NOT NULL,
    hamlet   TEXT,                           -- NULL: the commune's own
    day      TEXT NOT NULL,                  -- what places it in a period
    state    TEXT NOT NULL CHECK (state IN ('valid','returned','withdrawn')),
    author   INTEGER NOT NULL,
    revision INTEGER NOT NULL,               -- the one in force
    created_at TEXT NOT NULL,
    PRIMARY KEY (commune, record),
    UNIQUE (commune, draft, line),
    FOREIGN KEY (commune, draft) REFERENCES draft,
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet,
    FOREIGN KEY (commune, author) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX record_by_day ON record (commune, day, record);
CREATE INDEX record_by_hamlet ON record (commune, hamlet, day);
CREATE INDEX record_by_author ON record (commune, author, record);

-- Append-only: what a record said, since when, by whom.
CREATE TABLE revision (
    commune  INTEGER NOT NULL,
    record   INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('valid','returned','withdrawn')),
    answers  TEXT NOT NULL,                  -- JSON
    version  INTEGER NOT NULL,               -- of the form
    day      TEXT NOT NULL,
    person   INTEGER NOT NULL,
    source   TEXT,                           -- on another's behalf: giay, dien_thoai, giao_ban
    reason   TEXT,                           -- of a withdrawal or return
    at       TEXT NOT NULL,
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (commune, record, revision),
    FOREIGN KEY (commune, record) REFERENCES record,
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE TRIGGER revision_stays BEFORE UPDATE ON revision
    BEGIN SELECT RAISE(ABORT, 'revision is append-only'); END;
CREATE TRIGGER revision_kept BEFORE DELETE ON revision
    BEGIN SELECT RAISE(ABORT, 'revision is append-only'); END;
CREATE TRIGGER record_kept BEFORE DELETE ON record
    BEGIN SELECT RAISE(ABORT, 'a record is withdrawn, not deleted'); END;

CREATE TABLE attachment (
    commune  INTEGER NOT NULL,
    attachment INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    draft    INTEGER,                        -- NULL: came before any form was open
    record   INTEGER,
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    kind     TEXT NOT NULL,                  -- photo, document: what the channel says; sheet, docx
    address  TEXT NOT NULL,                  -- where the channel fetches it
    album    TEXT,
    name     TEXT,
    mime     TEXT,
    size     INTEGER,
    state    TEXT NOT NULL CHECK (state IN ('waiting','kept','refused','removed')),
    tries    INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,                -- when to fetch it next
    path     TEXT,                           -- within the data folder
    sha256   TEXT,
    reason   TEXT,
    at       TEXT NOT NULL,
    PRIMARY KEY (commune, attachment),
    FOREIGN KEY (commune, person) REFERENCES person,
    FOREIGN KEY (commune, draft) REFERENCES draft,
    FOREIGN KEY (commune, record) REFERENCES record
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_waiting ON attachment (not_before) WHERE state = 'waiting';
CREATE INDEX attachment_sheets ON attachment (attachment) WHERE kind = 'sheet' AND state = 'kept';
CREATE INDEX attachment_unread ON attachment (bot, chat) WHERE state = 'waiting' AND kind IN ('sheet','docx');
CREATE INDEX attachment_files ON attachment (commune, address) WHERE kind IN ('sheet','docx');
CREATE INDEX attachment_by_draft ON attachment (commune, draft);
CREATE INDEX attachment_by_record ON attachment (commune, record);
CREATE INDEX attachment_loose ON attachment (commune, person, at) WHERE draft IS NULL AND record IS NULL;
CREATE INDEX attachment_by_album ON attachment (commune, person, album) WHERE album IS NOT NULL;

-- A hamlet's statement about a month: a statement, not a lock.
CREATE TABLE closing (
    commune  INTEGER NOT NULL,
    hamlet   TEXT NOT NULL,
    month    TEXT NOT NULL,                  -- "2024-12"
    state    TEXT NOT NULL CHECK (state IN ('closed','nothing','otherwise')),
    person   INTEGER NOT NULL,
    source   TEXT,
    at       TEXT NOT NULL,
    PRIMARY KEY (commune, month, hamlet),
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet,
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    at       TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('waiting','done','failed')),
    raw      TEXT,                           -- of one that waits or failed
    trace    TEXT,
    PRIMARY KEY (bot, chat, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_failed ON inbox (at) WHERE state = 'failed';
CREATE INDEX inbox_waiting ON inbox (bot, at, message) WHERE state = 'waiting';

CREATE TABLE outbox (
    commune  INTEGER NOT NULL REFERENCES commune,
    outbox   INTEGER NOT NULL,
    bot      TEXT NOT NULL,
    address  TEXT NOT NULL,
    class    INTEGER NOT NULL,               -- 0 answer, 1 document, 2 reminder: the smaller goes first
    body     TEXT NOT NULL,                  -- JSON of the message
    offer    TEXT,                           -- JSON: what numbers in it mean, once it is sent
    dedupe   TEXT,                           -- of a reminder: sent at most once
    state    TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting','held','sending','sent','unsure','rejected','gone','dropped')),
    tries    INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    not_after TEXT,                          -- a reminder that comes too late is dropped
    platform_message TEXT,
    reason   TEXT,
    created_at TEXT NOT NULL,
    sent_at  TEXT,
    PRIMARY KEY (commune, outbox),
    UNIQUE (commune, dedupe)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (bot, address, class, commune, outbox) WHERE state IN ('waiting','sending');
-- Kept back because the bot's messages of the month are running out.
CREATE INDEX outbox_held ON outbox (bot, class) WHERE state = 'held';
CREATE INDEX outbox_unsure ON outbox (commune, outbox) WHERE state IN ('unsure','rejected');

-- A page of the program's own, given to one account: to take a document from, or to send files through.
CREATE TABLE link (
    commune  INTEGER NOT NULL,
    link     INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('document','upload')),
    nonce    TEXT NOT NULL,                  -- within the signed address: a number given again opens nothing
    person   INTEGER NOT NULL,
    bot      TEXT NOT NULL,
    address  TEXT NOT NULL,
    path     TEXT NOT NULL,                  -- of the document, within the data folder; '' for an upload
    name     TEXT NOT NULL,                  -- of the file, as the person sees it
    again    TEXT,                           -- what to type for a new link; NULL: nothing that helps
    uses     INTEGER NOT NULL DEFAULT 0,
    most     INTEGER NOT NULL,               -- how often it may be used
    at       TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    withdrawn_at TEXT,
    PRIMARY KEY (commune, link),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_account ON link (commune, bot, address, kind, path, expires_at);
CREATE INDEX link_by_person ON link (commune, person, expires_at) WHERE withdrawn_at IS NULL;

-- The truth of a schedule: when it is next due.
CREATE TABLE schedule (
    commune  INTEGER NOT NULL REFERENCES commune,
    schedule TEXT NOT NULL,                  -- "reminder", "annual_report", "backup"
    due_at   TEXT NOT NULL,
    settings TEXT NOT NULL,                  -- JSON: what due_at was computed from; another one recomputes
    done_at  TEXT,
    PRIMARY KEY (commune, schedule)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_due ON schedule (due_at);

CREATE TABLE request (
    commune  INTEGER NOT NULL REFERENCES commune,
    request  INTEGER NOT NULL,
    report   TEXT NOT NULL,                  -- which document: "bao_cao_nam"
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    label    TEXT NOT NULL,                  -- the period as asked: "2024", "6t 2024"
    person   INTEGER,                        -- NULL: by itself, or at the computer
    bot      TEXT,
    address  TEXT,
    state    TEXT NOT NULL CHECK (state IN ('open','done','failed')),
    edition  INTEGER,
    fresh    INTEGER NOT NULL DEFAULT 0,     -- 1: a new draft, although the last one was edited in Word
    reason   TEXT,
    at       TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (commune, request)
) STRICT, WITHOUT ROWID;
-- One open request for each who asks: the second gets the same edition, and gets it sent.
CREATE UNIQUE INDEX request_one_open ON request (commune, report, from_day, until_day, coalesce(person, 0))
    WHERE state = 'open';
CREATE INDEX request_by_at ON request (commune, report, at);

CREATE TABLE edition (
    commune  INTEGER NOT NULL REFERENCES commune,
    edition  INTEGER NOT NULL,
    report   TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    label    TEXT NOT NULL,
    number   INTEGER NOT NULL,               -- "dự thảo lần 2"
    fingerprint TEXT NOT NULL,               -- of figures and words: the same one is sent again, not made again
    figures  TEXT NOT NULL,                  -- JSON: every figure with the records and revisions behind it
    cover    TEXT NOT NULL,
    path     TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    base     INTEGER,                        -- the draft that was edited in Word into this one; NULL: computed
    person   INTEGER,                        -- who sent the edited file
    at       TEXT NOT NULL,
    PRIMARY KEY (commune, edition),
    UNIQUE (commune, report, from_day, until_day, number),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX edition_by_report ON edition (commune, report, edition);
CREATE INDEX edition_by_path ON edition (commune, path);

-- The committee's own figure for a period, beside the computed one. Append-only: the last one holds.
CREATE TABLE override (
    commune  INTEGER NOT NULL REFERENCES commune,
    override INTEGER NOT NULL,
    report   TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    figure   TEXT NOT NULL,
    value    TEXT,                           -- JSON: {"value": a form's answer}; NULL: withdrawn
    source   TEXT NOT NULL,                  -- bhxh, ke_toan, dien_thoai, khac
    reason   TEXT NOT NULL,
    person   INTEGER NOT NULL,
    at       TEXT NOT NULL,
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (commune, override),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX override_by_period ON override (commune, report, from_day, until_day, override);
CREATE TRIGGER override_stays BEFORE UPDATE ON override
    BEGIN SELECT RAISE(ABORT, 'override is append-only'); END;
CREATE TRIGGER override_kept BEFORE DELETE ON override
    BEGIN SELECT RAISE(ABORT, 'override is append-only'); END;

-- Which photos the committee wants in a report's annex. Append-only: the last choice holds.
CREATE TABLE photo_choice (
    commune  INTEGER NOT NULL REFERENCES commune,
    choice   INTEGER NOT NULL,
    report   TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    photos   TEXT,                           -- JSON: {"attachments": [numbers]}; NULL: the program chooses
    person   INTEGER NOT NULL,
    at       TEXT NOT NULL,
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (commune, choice),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_choice_by_period ON photo_choice (commune, report, from_day, until_day, choice);
CREATE TRIGGER photo_choice_stays BEFORE UPDATE ON photo_choice
    BEGIN SELECT RAISE(ABORT, 'photo_choice is append-only'); END;
CREATE TRIGGER photo_choice_kept BEFORE DELETE ON photo_choice
    BEGIN SELECT RAISE(ABORT, 'photo_choice is append-only'); END;

-- A draft that was sent to people for their comments.
CREATE TABLE circulation (
    commune  INTEGER NOT NULL,
    circulation INTEGER NOT NULL,
    edition  INTEGER NOT NULL,
    person   INTEGER NOT NULL,               -- who sent it
    until_day TEXT NOT NULL,                 -- the day to answer by
    by_phone TEXT NOT NULL,                  -- JSON: {"names": those who have to be called}
    at       TEXT NOT NULL,
    PRIMARY KEY (commune, circulation),
    FOREIGN KEY (commune, edition) REFERENCES edition,
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX circulation_by_edition ON circulation (commune, edition, circulation);
CREATE INDEX circulation_by_day ON circulation (commune, until_day, circulation);

CREATE TABLE circulation_person (
    commune  INTEGER NOT NULL,
    circulation INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    PRIMARY KEY (commune, circulation, person),
    FOREIGN KEY (commune, circulation) REFERENCES circulation,
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX circulation_by_person ON circulation_person (commune, person, circulation);

-- What people wrote about a draft. Append-only.
CREATE TABLE comment (
    commune  INTEGER NOT NULL,
    comment  INTEGER NOT NULL,
    edition  INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    body     TEXT NOT NULL,
    at       TEXT NOT NULL,
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (commune, comment),
    FOREIGN KEY (commune, edition) REFERENCES edition,
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_by_edition ON comment (commune, edition, person);
CREATE TRIGGER comment_stays BEFORE UPDATE ON comment
    BEGIN SELECT RAISE(ABORT, 'comment is append-only'); END;
CREATE TRIGGER comment_kept BEFORE DELETE ON comment
    BEGIN SELECT RAISE(ABORT, 'comment is append-only'); END;

-- A spreadsheet of past months that came back: what it holds, checked, until its sender says yes.
CREATE TABLE workbook (
    commune  INTEGER NOT NULL,
    workbook INTEGER NOT NULL,
    attachment INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    hamlet   TEXT,                           -- NULL: the commune's own
    digest   TEXT NOT NULL,                  -- of whose it is and what it says: the same one is stored once
    state    TEXT NOT NULL CHECK (state IN ('faulty','offered','stored')),
    draft    INTEGER,                        -- the confirmation that it waits for, then its records' draft
    body     TEXT NOT NULL,                  -- JSON: its lines as answers, or its faults
    at       TEXT NOT NULL,
    stored_at TEXT,
    PRIMARY KEY (commune, workbook),
    FOREIGN KEY (commune, attachment) REFERENCES attachment,
    FOREIGN KEY (commune, person) REFERENCES person,
    FOREIGN KEY (commune, hamlet) REFERENCES hamlet,
    FOREIGN KEY (commune, draft) REFERENCES draft
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workbook_once ON workbook (commune, digest) WHERE state = 'stored';

-- What the report of a year before the program said, to compare with. Append-only: the last one holds.
CREATE TABLE previous_figure (
    commune  INTEGER NOT NULL REFERENCES commune,
    previous INTEGER NOT NULL,
    report   TEXT NOT NULL,
    year     INTEGER NOT NULL,
    figure   TEXT NOT NULL,
    value    TEXT NOT NULL,                  -- JSON: {"value": a form's answer}
    person   INTEGER NOT NULL,
    at       TEXT NOT NULL,
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (commune, previous),
    FOREIGN KEY (commune, person) REFERENCES person
) STRICT, WITHOUT ROWID;
CREATE INDEX previous_figure_by_year ON previous_figure (commune, report, year, previous);
CREATE TRIGGER previous_figure_stays BEFORE UPDATE ON previous_figure
    BEGIN SELECT RAISE(ABORT, 'previous_figure is append-only'); END;
CREATE TRIGGER previous_figure_kept BEFORE DELETE ON previous_figure
    BEGIN SELECT RAISE(ABORT, 'previous_figure is append-only'); END;

CREATE TABLE audit (
    commune  INTEGER NOT NULL REFERENCES commune,
    audit    INTEGER NOT NULL,
    at       TEXT NOT NULL,
    person   INTEGER,                        -- NULL: at the computer, or by itself
    act      TEXT NOT NULL,
    subject  TEXT,
    details  TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (commune, audit)
) STRICT, WITHOUT ROWID;
