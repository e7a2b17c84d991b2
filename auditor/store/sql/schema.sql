-- Tables of audit.duckdb and the views that people query. Filled once, then only read.

create table meta (key varchar not null, value varchar not null);

create table dataset (name varchar not null, root varchar not null, target varchar not null);

create table file (
    dataset varchar not null, path varchar not null, format varchar not null, -- how it was read, in words
    bytes bigint not null, refused varchar not null
);

create table fragment (
    id varchar not null, dataset varchar not null, path varchar not null, ordinal integer not null, format varchar not null,
    part varchar not null, options varchar not null, bytes bigint not null, status varchar not null, reason varchar not null,
    rows bigint not null, bytes_lost bigint not null, record varchar not null
);

create table ledger (
    dataset varchar not null, path varchar not null, fragment varchar not null, "column" varchar not null,
    detector varchar not null, rows_seen bigint not null, rows_examined bigint not null, bytes_examined bigint not null,
    bytes_lost bigint not null, status varchar not null, reason varchar not null
);

create table profile (
    dataset varchar not null, file varchar not null, "column" varchar not null, texts bigint not null, nulls bigint not null,
    chars bigint not null, max_chars bigint not null, sketch bigint[] not null,
    kinds varchar[] not null, blank bigint not null, shapes varchar not null -- JSON: cells by shape
);

-- What the rules of columns know: names that mean something, and the profiles that make more of them.
create table named (
    dataset varchar not null, "column" varchar not null, parent varchar not null, rule varchar not null,
    entity varchar not null, words varchar not null, vague boolean not null, pair varchar not null
);

create table support (
    rule varchar not null, number integer not null, score double not null, why varchar not null, clear boolean not null,
    kinds varchar[] not null, measures varchar[] not null, least double[] not null, most double[] not null
);

create table denied (dataset varchar not null, "column" varchar not null, entity varchar not null, rule varchar not null);

-- What each column of a file is, filled by classes.sql. "whole_score" is that of all its cells by
-- name and profile, 0 where only the cells with findings are meant.
create table column_classes (
    dataset varchar not null, file varchar not null, "column" varchar not null, entity varchar not null,
    score double not null, rows bigint not null, evidence varchar not null, whole_score double not null
);

create table finding (
    fragment varchar not null, row bigint not null, "column" varchar not null, item integer not null,
    start_char integer not null, end_char integer not null, entity varchar not null, score double not null,
    detector varchar not null, shape varchar not null, hmac varchar not null, detail varchar, subject varchar
);

-- The vocabulary as it was when the audit ran.
create table entity (name varchar not null, class varchar not null, severity varchar not null);

-- How names may be shown: kind is 'file' or 'column'.
create table name (kind varchar not null, dataset varchar not null, raw varchar not null, id varchar not null, shown varchar not null);

create table dataset_name (raw varchar not null, shown varchar not null);

create view placed as
select *, coalesce(sum(rows) over (
    partition by dataset, path order by ordinal rows between unbounded preceding and 1 preceding), 0)::bigint as first_row
from fragment;

-- One row per finding. Findings in names appear once however many fragments carry the name.
create view findings as
select p.dataset, p.path as file, f.row + p.first_row as row, f."column", f.item, f.start_char, f.end_char, f.entity,
       f.score, f.detector, f.shape, f.hmac, f.detail
from finding f join placed p on p.id = f.fragment
where f.row >= 0
union all
select distinct p.dataset, case when f."column" = '@column' then p.path else f.subject end as file, f.row, f."column",
       f.item, f.start_char, f.end_char, f.entity, f.score, f.detector, f.shape, f.hmac, f.detail
from finding f join placed p on p.id = f.fragment
where f.row < 0;

create view coverage as
select dataset, path as file, fragment, "column", detector, rows_seen, rows_examined, bytes_examined, status, reason
from ledger;

-- Findings with the class, severity and band that counting needs.
create view weighed as
select f.*, coalesce(e.class, '') as class, coalesce(e.severity, 'medium') as severity,
       case when f.score >= 0.8 then 'strong' when f.score >= 0.5 then 'review' else 'weak' end as band
from findings f left join entity e on e.name = f.entity;
