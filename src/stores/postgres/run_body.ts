/** What was asked, a row for each draw. */
const ASKED = `jsonb_to_recordset(request->'draws') AS d(
  hold text, n int, pot text, from_ms bigint, to_ms bigint, sliding_ms bigint, cap bigint, amount bigint, soft boolean, seed bigint)`;

/** Until when an amount counts whose request is not known to have left. */
const UNKNOWN = "9007199254740991";

/** How long an ended hold is known, and a window after its end. */
const HOLD_KEPT = "3600000";
const WINDOW_KEPT = "86400000";

/**
 * Finds out whether the store is the one that its process knows, and begins a new life of it where it is not: with what a ledger
 * says, or lost. All others wait meanwhile.
 */
const OPEN = `
  IF op = 'open' THEN
    PERFORM pg_advisory_xact_lock(hashtext('metered_budget'), {'meta'}::regclass::oid::int);
  ELSE
    PERFORM pg_advisory_xact_lock_shared(hashtext('metered_budget'), {'meta'}::regclass::oid::int);
  END IF;
  SELECT count(*) AS shards, min(epoch) AS epoch, coalesce(sum(seq), 0)::bigint AS seq, coalesce(bool_or(lost), false) AS lost,
    max(since_ms) AS since_ms, max(open_ms) AS open_ms, max(left_ms) AS left_ms, coalesce(max(past), '{}') AS past INTO store FROM {meta};
  is_known := store.shards = 16 AND NOT (store.lost AND has_ledger)
    AND (seen IS NULL OR seen = ANY(store.past) OR (seen = store.epoch AND store.seq >= (request->>'seq')::bigint));
  IF op = 'open' THEN
    IF NOT is_known THEN
      is_new := store.shards = 0 AND seen IS NULL AND NOT EXISTS (SELECT FROM {pots});
      DELETE FROM {meta};
      IF has_ledger THEN
        DELETE FROM {draws};
        DELETE FROM {holds};
        DELETE FROM {pots};
      END IF;
      lives := array_remove(store.past || ARRAY[store.epoch, seen], NULL);
      store.epoch := md5(random()::text || clock_timestamp()::text);
      store.seq := 0;
      INSERT INTO {meta} (shard, epoch, seq, lost, since_ms, open_ms, left_ms, past)
        SELECT shard, store.epoch, 0, NOT (is_new OR has_ledger), now_ms, CASE WHEN is_new THEN 0 ELSE now_ms + lease_ms END, coalesce(store.left_ms, 0), lives
        FROM generate_series(0, 15) shard;
    END IF;
    RETURN jsonb_build_object('kind', 'opened', 'epoch', store.epoch, 'seq', store.seq);
  END IF;
  IF NOT is_known THEN
    RETURN jsonb_build_object('kind', 'unknown');
  END IF;
  window_ms := greatest(now_ms, store.left_ms);
  answer := jsonb_build_object('epoch', store.epoch, 'seq', store.seq, 'nowMs', window_ms);
  IF store.lost THEN
    RETURN answer || '{"kind":"lost"}';
  END IF;
`;

/** Locks, in an order that is the same for all: its own holds, those whose leases have ended and that nobody else has, pots. */
const LOCK = `
  PERFORM 1 FROM {holds} WHERE id = ANY(own) ORDER BY id FOR UPDATE;
  due := ARRAY(SELECT id FROM {holds} WHERE is_open AND due_ms <= now_ms FOR UPDATE SKIP LOCKED);
  INSERT INTO {pots} (pot, from_ms, to_ms, seeded)
    SELECT d.pot, d.from_ms, max(d.to_ms), NOT has_ledger OR d.from_ms >= store.since_ms
      OR now_ms >= store.since_ms + max(d.sliding_ms) IS TRUE
    FROM ${ASKED} GROUP BY d.pot, d.from_ms ORDER BY d.pot COLLATE "C", d.from_ms ON CONFLICT DO NOTHING;
  PERFORM 1 FROM {pots} p JOIN (
      SELECT d.pot COLLATE "C" AS pot, d.from_ms FROM ${ASKED}
      UNION SELECT x.pot, x.from_ms FROM {draws} x WHERE x.hold = ANY(due) AND x.sliding_ms IS NULL
    ) o ON o.pot = p.pot AND o.from_ms = p.from_ms
    ORDER BY p.pot, p.from_ms FOR UPDATE OF p;
  IF EXISTS (SELECT FROM ${ASKED} WHERE NOT EXISTS (SELECT FROM {pots} p WHERE p.pot = d.pot AND p.from_ms = d.from_ms)) THEN
    RAISE EXCEPTION 'a pot was deleted' USING ERRCODE = '40001';
  END IF;
`;

/** A sliding amount counts from when its request left; where that is not known, from when its hold ended. */
const slide = (holds: string) => `
  UPDATE {draws} x SET until_ms = coalesce(h.sent_ms, h.ended_ms) + x.sliding_ms FROM {holds} h
    WHERE x.hold = ANY(${holds}) AND h.id = x.hold AND x.sliding_ms IS NOT NULL AND coalesce(h.sent_ms, h.ended_ms) IS NOT NULL;
`;

/** Charges holds whose leases have ended, as of then. */
const SWEEP = `
  IF due <> '{}' THEN
    UPDATE {pots} p SET held = p.held - s.amount, spent = p.spent + s.amount FROM (
        SELECT x.pot, x.from_ms, sum(x.amount) AS amount FROM {draws} x
        WHERE x.hold = ANY(due) AND x.sliding_ms IS NULL GROUP BY x.pot, x.from_ms
      ) s WHERE p.pot = s.pot AND p.from_ms = s.from_ms;
    UPDATE {holds} h SET is_open = false, ended_ms = h.due_ms, due_ms = now_ms + ${HOLD_KEPT}
      + coalesce((SELECT max(x.sliding_ms) FROM {draws} x WHERE x.hold = h.id), 0) WHERE h.id = ANY(due);
    ${slide("due")}
  END IF;
`;

/** What is in the pots that were asked for. */
const STATES = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('spent', s.spent, 'held', s.held) ORDER BY d.n), '[]') FROM ${ASKED}, LATERAL (
    SELECT CASE WHEN d.sliding_ms IS NULL OR p.to_ms > now_ms THEN p.spent ELSE 0 END
        + coalesce(sum(x.amount) FILTER (WHERE x.until_ms < ${UNKNOWN}), 0) AS spent,
      p.held + coalesce(sum(x.amount) FILTER (WHERE x.until_ms = ${UNKNOWN}), 0) AS held
    FROM {pots} p LEFT JOIN {draws} x ON d.sliding_ms IS NOT NULL AND x.pot = p.pot AND x.until_ms > now_ms
    WHERE p.pot = d.pot AND p.from_ms = d.from_ms GROUP BY p.pot, p.from_ms
  ) s)`;

/** Pots that came without what a ledger says of them are not looked at before they have it. Open holds come back first. */
const SEED = `
  SELECT jsonb_agg(d.n) INTO unseeded FROM ${ASKED} JOIN {pots} p ON p.pot = d.pot AND p.from_ms = d.from_ms
    WHERE has_ledger AND NOT p.seeded;
  IF now_ms < store.open_ms AND (op = 'reserve' OR unseeded IS NOT NULL) THEN
    RETURN answer || jsonb_build_object('kind', 'early', 'retryInMs', store.open_ms - now_ms);
  END IF;
  IF unseeded IS NOT NULL THEN
    IF EXISTS (SELECT FROM ${ASKED} WHERE unseeded @> to_jsonb(d.n) AND d.seed IS NULL) THEN
      RETURN answer || jsonb_build_object('kind', 'unseeded', 'indexes', unseeded);
    END IF;
    UPDATE {pots} p SET spent = p.spent + d.seed, seeded = true, to_ms = coalesce(now_ms + d.sliding_ms, p.to_ms)
      FROM ${ASKED} WHERE p.pot = d.pot AND p.from_ms = d.from_ms AND unseeded @> to_jsonb(d.n);
  END IF;
`;

/** Whether all draws fit; else, which is the first that does not, and when enough will have slid out or the window ends. */
const FIT = `
  IF EXISTS (SELECT FROM ${ASKED} WHERE d.from_ms <> -1 AND NOT (d.from_ms <= window_ms AND window_ms < d.to_ms)) THEN
    RETURN answer || '{"kind":"stale"}';
  END IF;
  ${SEED}
  states := ${STATES};
  SELECT * INTO miss FROM (
      SELECT d.*, sum(d.amount) OVER earlier AS asked, (states->d.n->>'spent')::bigint + (states->d.n->>'held')::bigint
        + sum(d.amount) OVER earlier - d.cap AS excess
      FROM ${ASKED} WINDOW earlier AS (PARTITION BY d.pot, d.from_ms ORDER BY d.n)
    ) f WHERE f.amount > 0 AND f.soft IS NOT TRUE AND f.excess > 0 ORDER BY f.n LIMIT 1;
  IF FOUND THEN
    IF miss.asked > miss.cap THEN
      retry_ms := NULL;
    ELSIF miss.sliding_ms IS NULL THEN
      retry_ms := miss.to_ms - window_ms;
    ELSE
      SELECT min(f.until_ms) - now_ms INTO retry_ms FROM (
          SELECT u.until_ms, sum(u.amount) OVER (ORDER BY u.until_ms) AS freed FROM (
            SELECT x.until_ms, x.amount FROM {draws} x WHERE x.pot = miss.pot AND x.until_ms > now_ms AND x.until_ms < ${UNKNOWN}
            UNION ALL SELECT p.to_ms, p.spent FROM {pots} p WHERE p.pot = miss.pot AND p.from_ms = miss.from_ms AND p.to_ms > now_ms
          ) u) f WHERE f.freed >= miss.excess;
    END IF;
    RETURN answer || jsonb_build_object('kind', 'denied', 'index', miss.n, 'retryInMs', retry_ms, 'pots', states);
  END IF;
`;

/** Takes holds that are not known. */
const TAKE = `
  taken := ARRAY(SELECT o FROM unnest(own) o WHERE NOT EXISTS (SELECT FROM {holds} h WHERE h.id = o));
  INSERT INTO {holds} (id, is_open, due_ms) SELECT o, true, now_ms + lease_ms FROM unnest(taken) o;
  INSERT INTO {draws} (hold, n, pot, from_ms, amount, sliding_ms, until_ms)
    SELECT d.hold, d.n, d.pot, d.from_ms, d.amount, d.sliding_ms, CASE WHEN d.sliding_ms IS NOT NULL THEN ${UNKNOWN} END
    FROM ${ASKED} WHERE d.hold = ANY(taken);
  UPDATE {pots} p SET held = p.held + s.amount FROM (
      SELECT d.pot, d.from_ms, sum(d.amount) AS amount FROM ${ASKED}
      WHERE d.hold = ANY(taken) AND d.sliding_ms IS NULL GROUP BY d.pot, d.from_ms
    ) s WHERE p.pot = s.pot AND p.from_ms = s.from_ms;
`;

/** Charges what was settled, or the difference to what was charged before. */
const CHARGE = `
  UPDATE {pots} p SET held = p.held - s.held, spent = p.spent + s.spent FROM (
      SELECT x.pot, x.from_ms, sum(CASE WHEN h.is_open THEN x.amount ELSE 0 END) AS held,
        sum(d.amount - CASE WHEN h.is_open THEN 0 ELSE x.amount END) AS spent
      FROM ${ASKED} JOIN {draws} x ON x.hold = d.hold AND x.n = d.n JOIN {holds} h ON h.id = x.hold
      WHERE x.sliding_ms IS NULL GROUP BY x.pot, x.from_ms
    ) s WHERE p.pot = s.pot AND p.from_ms = s.from_ms;
  UPDATE {draws} x SET amount = d.amount FROM ${ASKED} WHERE x.hold = d.hold AND x.n = d.n;
`;

/** Says of holds that they are under way or have ended. When a request left is known by what was said first. */
const MARK = `
  UPDATE {holds} h SET
      is_open = h.is_open AND op <> 'settle',
      sent_ms = coalesce(h.sent_ms, now_ms - o.sent_ms_ago),
      ended_ms = CASE WHEN op = 'settle' THEN coalesce(h.ended_ms, now_ms) ELSE h.ended_ms END,
      due_ms = CASE WHEN op = 'settle' THEN now_ms + ${HOLD_KEPT} + coalesce((SELECT max(d.sliding_ms) FROM ${ASKED}), 0)
        WHEN h.is_open THEN now_ms + lease_ms ELSE h.due_ms END
    FROM jsonb_to_recordset(request->'holds') AS o(id text, sent_ms_ago bigint) WHERE h.id = o.id;
  ${slide("own")}
`;

/** Deletes some of what nobody needs. No window comes back that was deleted, also where the clock is set back. */
const FORGET = `
  WITH gone AS (
      DELETE FROM {holds} WHERE id IN (
        SELECT id FROM {holds} WHERE NOT is_open AND due_ms <= now_ms ORDER BY due_ms LIMIT 100 FOR UPDATE SKIP LOCKED
      ) RETURNING id
    ) DELETE FROM {draws} x USING gone WHERE x.hold = gone.id;
  WITH gone AS (
      DELETE FROM {pots} WHERE (pot, from_ms) IN (
        SELECT pot, from_ms FROM {pots} WHERE from_ms <> -1 AND to_ms <= now_ms - ${WINDOW_KEPT} AND held = 0
        LIMIT 100 FOR UPDATE SKIP LOCKED
      ) RETURNING to_ms
    ) UPDATE {meta} SET left_ms = greatest(left_ms, (SELECT max(to_ms) FROM gone))
      WHERE shard = hashtext(own[1]) & 15 AND EXISTS (SELECT FROM gone);
`;

/** The body of the function that does all, in one transaction and one round trip. */
export const RUN_BODY = `
#variable_conflict use_column
DECLARE
  op text := request->>'op';
  now_ms bigint := coalesce((request->>'now')::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
  lease_ms bigint := (request->>'lease')::bigint;
  has_ledger boolean := (request->>'ledger')::boolean;
  seen text := request->>'epoch';
  own text[] := ARRAY(SELECT o->>'id' FROM jsonb_array_elements(request->'holds') o);
  store record; window_ms bigint; is_known boolean; is_new boolean; is_open boolean; due text[]; taken text[]; unseeded jsonb; states jsonb; miss record;
  lives text[]; retry_ms bigint; answer jsonb;
BEGIN
${OPEN}${LOCK}${SWEEP}
  IF op = 'state' THEN
    ${SEED}
    RETURN answer || jsonb_build_object('kind', 'state', 'pots', ${STATES});
  END IF;
  SELECT h.is_open INTO is_open FROM {holds} h WHERE h.id = own[1];
  IF op = 'reserve' AND NOT is_open THEN
    RETURN answer || '{"kind":"over"}';
  END IF;
  IF op = 'reserve' AND is_open IS NULL THEN
    ${FIT}
  END IF;
  ${TAKE}
  IF op = 'settle' THEN
    ${CHARGE}
  END IF;
  IF op <> 'reserve' OR taken = '{}' THEN
    ${MARK}
  END IF;
  IF store.seq % 16 = 0 THEN
    ${FORGET}
  END IF;
  UPDATE {meta} SET seq = seq + 1 WHERE shard = hashtext(own[1]) & 15;
  answer := answer || jsonb_build_object('kind', 'done', 'seq', store.seq + 1);
  IF op = 'reserve' THEN
    answer := answer || jsonb_build_object('kind', 'granted', 'pots', ${STATES});
  END IF;
  RETURN answer;
END
`;
