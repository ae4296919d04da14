-- One page of the feed as one text: the scopes one after the other from their positions, at most `wanted` memberships and
-- about `most_bytes`, at least one. Postgres joins the wire texts, so that a page costs the reader one row instead of a
-- thousand. Each record comes once; what left a scope of the actor but stands in another of them comes as it stands there.
-- `positions`: the last membership of each scope that the page covers. `complete`: the feed is read to its end.
-- One scan of the feed's index and one of the documents'; a scope in which nothing changed costs one look into the index.
create function sync_page_text(wanted_collection text, of_scopes text[], after_xids xid8[], after_seqs bigint[], wanted int, most_bytes int)
returns table (complete boolean, document_count int, positions json, documents text) language plpgsql stable as $$
declare
  room int := wanted;
  found_rows int;
  here uuid[];
  gone uuid[];
  bytes bigint;
  removals text;
  removal_count int;
begin
  loop
    select count(*), array_agg(p.id) filter (where p.present), array_agg(p.id) filter (where not p.present),
      json_object_agg(p.scope, json_build_array(p.xid::text, p.seq::text)) filter (where p.next_scope is distinct from p.scope)
    into found_rows, here, gone, positions
    from (
      select s.scope, f.id, f.xid, f.seq, f.present, lead(s.scope) over () as next_scope
      from unnest(of_scopes, after_xids, after_seqs) s(scope, xid, seq) cross join lateral (
        select f.id, f.xid, f.seq, f.present from sync_feed f
        where f.tenant_id = (select app_tenant_id()) and f.collection = wanted_collection and f.scope = s.scope
          and (f.xid, f.seq) > (s.xid, s.seq) and f.xid < pg_snapshot_xmin(pg_current_snapshot())
        order by f.xid, f.seq limit room
      ) f limit room
    ) p;
    select count(*), coalesce(sum(octet_length(d.wire)), 0), string_agg(d.wire, ',') into document_count, bytes, documents
    from sync_document d where d.tenant_id = (select app_tenant_id()) and d.collection = wanted_collection and d.id = any (here);
    exit when bytes <= most_bytes or found_rows <= 1;
    room := greatest(1, floor(found_rows * most_bytes::numeric / bytes)::int);
  end loop;
  if gone is not null then
    select count(*), string_agg(format('{"id":"%s","rev":%s,"_deleted":true}', d.id, d.rev), ',') into removal_count, removals
    from sync_document d
    where d.tenant_id = (select app_tenant_id()) and d.collection = wanted_collection and d.id = any (gone) and not exists (
      select 1 from sync_feed o where o.tenant_id = (select app_tenant_id()) and o.collection = wanted_collection
        and o.id = d.id and o.present and o.scope = any (of_scopes)
    );
    document_count := document_count + removal_count;
  end if;
  documents := concat_ws(',', documents, removals);
  complete := found_rows < room;
  return next;
end $$;
