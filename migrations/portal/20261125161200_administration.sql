-- What a company's administrator keeps of its members. A version that is old when it comes
-- back is refused, so that two administrators do not undo each other.

alter table portal.member
    add column version bigint not null default 1,
    add column email text,
    -- Who changed it last, and when: what the slower of two is told.
    add column changed_by text,
    add column changed_at timestamptz;

-- Words to all who use the portal, from one moment to another.
create table portal.notice (
    notice     uuid primary key,
    text       text not null,
    kind       text not null,
    shown_from timestamptz not null,
    shown_until timestamptz not null,
    written_by text not null,
    constraint notice_kind check (kind in ('info', 'warning')),
    constraint notice_period check (shown_from < shown_until),
    constraint notice_text check (text <> '')
);

grant select, insert on portal.notice to skadehub_portal;
grant update (shown_from, shown_until) on portal.notice to skadehub_portal;
