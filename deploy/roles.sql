-- A database role for each role of the cluster, with the least rights it can work with.
--
--   psql -X -q --dbname=monarch --file=deploy/roles.sql
--   psql -X -q --dbname=monarch --set=prefix=chat_ --file=deploy/roles.sql     chat_dispatch instead of monarch_dispatch
--
-- Run it as a superuser, or as the tables' owner with CREATEROLE, after `monarch database migrate`; and again after
-- each later migration, with the file of that release: a migration's new tables belong to nobody but their owner until
-- then. It is harmless to run twice, on a cluster that is at work too: all of it is one transaction, which takes away
-- whatever these roles had on Monarch's tables and grants what is written below.
--
-- New roles cannot sign in. In psql, which then asks for a password, for each role another one:
--
--   ALTER ROLE monarch_dispatch LOGIN;
--   \password monarch_dispatch
--
--                 nodes                   sessions  lists, notices  accounts                     takes numbers of
--   dispatch      reads, writes its own                                                          runs
--   switchboard   reads, writes its own   reads                                                  runs, conversations
--   notification  reads, writes its own   writes    writes          reads; writes name, privacy  runs, sessions
--   web           reads, writes its own   reads     writes          writes, but for the address  runs, accounts
--   operator      reads                   reads     writes          writes                       accounts
--
--                 who keeps a history     histories                 pictures, invitations, sessions on pages
--   dispatch
--   switchboard   reads                   adds to them
--   notification  reads
--   web           writes                  reads, deletes            writes
--   operator      writes                  reads, deletes            writes
--
-- "Its own" are the rows of nodes of the same role: the policies on `node` see to that. The owner of the tables and
-- superusers may do everything; nodes need neither.

\set ON_ERROR_STOP on
\if :{?prefix}
\else
  \set prefix monarch_
\endif
\set dispatch :prefix dispatch
\set notification :prefix notification
\set switchboard :prefix switchboard
\set web :prefix web
\set operator :prefix operator

BEGIN;
-- Policies need the table for a moment. Should somebody hold it, nodes must not queue up behind this.
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;

DO $$
BEGIN
  IF to_regclass('schema_step') IS NULL OR to_regclass('history') IS NULL THEN
    RAISE EXCEPTION 'this database has none of the tables to grant rights on, or old ones'
      USING HINT = 'Run "monarch database migrate" on it first.';
  END IF;
  -- Without this, GRANT by somebody else would only warn.
  IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = to_regclass('session')), 'USAGE') THEN
    RAISE EXCEPTION '% does not own the tables', current_user
      USING HINT = 'Run this as their owner, who ran "monarch database migrate", or as a superuser.';
  END IF;
END
$$;

SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(
  ARRAY[:'dispatch', :'notification', :'switchboard', :'web', :'operator']) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- Whatever an earlier release granted. A right on a table goes with those on its columns.
REVOKE ALL ON schema_step, account, contact, contact_note, contact_group, property, node, session, notice, picture,
  page_session, invitation, history_keeper, history
  FROM :"dispatch", :"notification", :"switchboard", :"web", :"operator";
REVOKE ALL ON SEQUENCE node_epoch, conversation_block, account_id_seq
  FROM :"dispatch", :"notification", :"switchboard", :"web", :"operator";

SELECT
  format(
    'GRANT CONNECT ON DATABASE %I TO %I, %I, %I, %I, %I', current_database(),
    :'dispatch', :'notification', :'switchboard', :'web', :'operator'),
  format(
    'GRANT USAGE ON SCHEMA %I TO %I, %I, %I, %I, %I', current_schema(),
    :'dispatch', :'notification', :'switchboard', :'web', :'operator')
\gexec

-- Everybody: is this a database that I can work on, who else is there, which run am I.
GRANT SELECT ON schema_step, node TO :"dispatch", :"notification", :"switchboard", :"web", :"operator";
GRANT USAGE ON SEQUENCE node_epoch TO :"dispatch", :"notification", :"switchboard", :"web";
GRANT INSERT, UPDATE, DELETE ON node TO :"dispatch", :"notification", :"switchboard", :"web";

ALTER TABLE node ENABLE ROW LEVEL SECURITY;
SELECT format('DROP POLICY %I ON node', polname) FROM pg_policy
WHERE polrelid = 'node'::regclass AND polname = ANY (
  ARRAY[:'dispatch', :'notification', :'switchboard', :'web', :'operator', :'prefix' || 'reads'])
\gexec
SELECT format('CREATE POLICY %I ON node TO %I USING (role = %L)', :'prefix' || own, :'prefix' || own, own)
FROM unnest(ARRAY['dispatch', 'notification', 'switchboard', 'web']) AS roles (own)
\gexec
SELECT format(
  'CREATE POLICY %I ON node FOR SELECT TO %I, %I, %I, %I, %I USING (true)', :'prefix' || 'reads',
  :'dispatch', :'notification', :'switchboard', :'web', :'operator')
\gexec

-- Switchboards: where somebody who is invited is, who keeps a history, and what is said for those who do.
GRANT SELECT ON session, history_keeper TO :"switchboard";
GRANT INSERT ON history TO :"switchboard";
GRANT USAGE ON SEQUENCE conversation_block TO :"switchboard";

-- Notification servers: everything that people do to their own lists, and nothing to accounts as such.
GRANT SELECT ON account, history_keeper TO :"notification";
GRANT UPDATE (name, list_version, privacy, prompt) ON account TO :"notification";
GRANT SELECT, INSERT, UPDATE, DELETE ON contact, contact_note, contact_group, property, session, notice TO :"notification";

-- Web nodes: everything that people and administrators do on pages. An address never changes.
GRANT SELECT, INSERT, DELETE ON account TO :"web";
GRANT UPDATE (name, password, old_password, list_version, administrator, banned, profile) ON account TO :"web";
GRANT SELECT, INSERT, UPDATE, DELETE ON contact, contact_note, contact_group, property, notice TO :"web";
GRANT SELECT ON session TO :"web";

-- The operator's commands.
GRANT SELECT, INSERT, UPDATE, DELETE ON account, contact, contact_note, contact_group, property, notice TO :"operator";
GRANT SELECT ON session TO :"operator";

-- Both.
GRANT USAGE ON SEQUENCE account_id_seq TO :"web", :"operator";
GRANT SELECT, INSERT, UPDATE, DELETE ON picture, page_session, invitation TO :"web", :"operator";
GRANT SELECT, INSERT, DELETE ON history_keeper TO :"web", :"operator";
GRANT SELECT, DELETE ON history TO :"web", :"operator";

COMMIT;
