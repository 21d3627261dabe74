import type { BenchSuite, QueryCase } from '../suite.ts';
import { HITS } from './clickbench-data.ts';

const JULY = `CounterID = 62 and EventDate >= '2013-07-01' and EventDate <= '2013-07-31'`;
const HOST = String.raw`regexp_replace(Referer, '^https?://(?:www\.)?([^/]+)/.*$', '\1')`;
const WIDTH_SUMS = Array.from({ length: 89 }, (_, k) => `sum(ResolutionWidth + ${k + 1})`).join(
  ', ',
);

/** A query, and the columns that decide between rows which its ORDER BY leaves equal. */
interface HitsQuery {
  readonly sql: string;
  /** Ends the ORDER BY of the query whose rows are compared. */
  readonly tieBreak?: string;
  readonly check?: string;
}

/** The 43 queries of ClickBench, in its order, from number 0. */
const QUERIES: readonly HitsQuery[] = [
  { sql: 'select count(*) from hits' },
  { sql: 'select count(*) from hits where AdvEngineID <> 0' },
  { sql: 'select sum(AdvEngineID), count(*), avg(ResolutionWidth) from hits' },
  { sql: 'select avg(UserID) from hits' },
  { sql: 'select count(distinct UserID) from hits' },
  { sql: 'select count(distinct SearchPhrase) from hits' },
  { sql: 'select min(EventDate), max(EventDate) from hits' },
  {
    sql: `select AdvEngineID, count(*) from hits where AdvEngineID <> 0
          group by AdvEngineID order by count(*) desc`,
  },
  {
    sql: `select RegionID, count(distinct UserID) as u from hits
          group by RegionID order by u desc limit 10`,
    tieBreak: 'RegionID',
  },
  {
    sql: `select RegionID, sum(AdvEngineID), count(*) as c, avg(ResolutionWidth), count(distinct UserID)
          from hits group by RegionID order by c desc limit 10`,
    tieBreak: 'RegionID',
  },
  {
    sql: `select MobilePhoneModel, count(distinct UserID) as u from hits where MobilePhoneModel <> ''
          group by MobilePhoneModel order by u desc limit 10`,
    tieBreak: 'MobilePhoneModel',
  },
  {
    sql: `select MobilePhone, MobilePhoneModel, count(distinct UserID) as u from hits
          where MobilePhoneModel <> '' group by MobilePhone, MobilePhoneModel order by u desc limit 10`,
    tieBreak: 'MobilePhone, MobilePhoneModel',
  },
  {
    sql: `select SearchPhrase, count(*) as c from hits where SearchPhrase <> ''
          group by SearchPhrase order by c desc limit 10`,
    tieBreak: 'SearchPhrase',
  },
  {
    sql: `select SearchPhrase, count(distinct UserID) as u from hits where SearchPhrase <> ''
          group by SearchPhrase order by u desc limit 10`,
    tieBreak: 'SearchPhrase',
  },
  {
    sql: `select SearchEngineID, SearchPhrase, count(*) as c from hits where SearchPhrase <> ''
          group by SearchEngineID, SearchPhrase order by c desc limit 10`,
    tieBreak: 'SearchEngineID, SearchPhrase',
  },
  {
    sql: 'select UserID, count(*) from hits group by UserID order by count(*) desc limit 10',
    tieBreak: 'UserID',
  },
  {
    sql: `select UserID, SearchPhrase, count(*) from hits
          group by UserID, SearchPhrase order by count(*) desc limit 10`,
    tieBreak: 'UserID, SearchPhrase',
  },
  {
    sql: 'select UserID, SearchPhrase, count(*) from hits group by UserID, SearchPhrase limit 10',
    // Any ten groups are right: what is compared is how many there are, and their sum.
    check: `select count(*), sum(c) from (
              select UserID, SearchPhrase, count(*) as c from hits group by UserID, SearchPhrase)`,
  },
  {
    sql: `select UserID, extract(minute from EventTime) as m, SearchPhrase, count(*) from hits
          group by UserID, m, SearchPhrase order by count(*) desc limit 10`,
    tieBreak: 'UserID, m, SearchPhrase',
  },
  { sql: 'select UserID from hits where UserID = 435090932899640449' },
  { sql: `select count(*) from hits where URL like '%google%'` },
  {
    sql: `select SearchPhrase, min(URL), count(*) as c from hits
          where URL like '%google%' and SearchPhrase <> ''
          group by SearchPhrase order by c desc limit 10`,
    tieBreak: 'SearchPhrase',
  },
  {
    sql: `select SearchPhrase, min(URL), min(Title), count(*) as c, count(distinct UserID) from hits
          where Title like '%Google%' and URL not like '%.google.%' and SearchPhrase <> ''
          group by SearchPhrase order by c desc limit 10`,
    tieBreak: 'SearchPhrase',
  },
  {
    sql: `select * from hits where URL like '%google%' order by EventTime limit 10`,
    tieBreak: 'WatchID',
  },
  {
    sql: `select SearchPhrase from hits where SearchPhrase <> '' order by EventTime limit 10`,
    tieBreak: 'SearchPhrase',
  },
  { sql: `select SearchPhrase from hits where SearchPhrase <> '' order by SearchPhrase limit 10` },
  {
    sql: `select SearchPhrase from hits where SearchPhrase <> ''
          order by EventTime, SearchPhrase limit 10`,
  },
  {
    sql: `select CounterID, avg(strlen(URL)) as l, count(*) as c from hits where URL <> ''
          group by CounterID having count(*) > 100000 order by l desc limit 25`,
  },
  {
    sql: `select ${HOST} as k, avg(strlen(Referer)) as l, count(*) as c, min(Referer)
          from hits where Referer <> '' group by k having count(*) > 100000 order by l desc limit 25`,
  },
  { sql: `select sum(ResolutionWidth), ${WIDTH_SUMS} from hits` },
  {
    sql: `select SearchEngineID, ClientIP, count(*) as c, sum(IsRefresh), avg(ResolutionWidth)
          from hits where SearchPhrase <> ''
          group by SearchEngineID, ClientIP order by c desc limit 10`,
    tieBreak: 'SearchEngineID, ClientIP',
  },
  {
    sql: `select WatchID, ClientIP, count(*) as c, sum(IsRefresh), avg(ResolutionWidth)
          from hits where SearchPhrase <> '' group by WatchID, ClientIP order by c desc limit 10`,
    tieBreak: 'WatchID, ClientIP',
  },
  {
    sql: `select WatchID, ClientIP, count(*) as c, sum(IsRefresh), avg(ResolutionWidth)
          from hits group by WatchID, ClientIP order by c desc limit 10`,
    tieBreak: 'WatchID, ClientIP',
  },
  {
    sql: 'select URL, count(*) as c from hits group by URL order by c desc limit 10',
    tieBreak: 'URL',
  },
  {
    sql: 'select 1, URL, count(*) as c from hits group by 1, URL order by c desc limit 10',
    tieBreak: 'URL',
  },
  {
    sql: `select ClientIP, ClientIP - 1, ClientIP - 2, ClientIP - 3, count(*) as c from hits
          group by ClientIP, ClientIP - 1, ClientIP - 2, ClientIP - 3 order by c desc limit 10`,
    tieBreak: 'ClientIP',
  },
  {
    sql: `select URL, count(*) as PageViews from hits
          where ${JULY} and DontCountHits = 0 and IsRefresh = 0 and URL <> ''
          group by URL order by PageViews desc limit 10`,
    tieBreak: 'URL',
  },
  {
    sql: `select Title, count(*) as PageViews from hits
          where ${JULY} and DontCountHits = 0 and IsRefresh = 0 and Title <> ''
          group by Title order by PageViews desc limit 10`,
    tieBreak: 'Title',
  },
  {
    sql: `select URL, count(*) as PageViews from hits
          where ${JULY} and IsRefresh = 0 and IsLink <> 0 and IsDownload = 0
          group by URL order by PageViews desc limit 10 offset 1000`,
    tieBreak: 'URL',
  },
  {
    sql: `select TraficSourceID, SearchEngineID, AdvEngineID,
            case when (SearchEngineID = 0 and AdvEngineID = 0) then Referer else '' end as Src,
            URL as Dst, count(*) as PageViews
          from hits where ${JULY} and IsRefresh = 0
          group by TraficSourceID, SearchEngineID, AdvEngineID, Src, Dst
          order by PageViews desc limit 10 offset 1000`,
    tieBreak: 'TraficSourceID, SearchEngineID, AdvEngineID, Src, Dst',
  },
  {
    sql: `select URLHash, EventDate, count(*) as PageViews from hits
          where ${JULY} and IsRefresh = 0 and TraficSourceID in (-1, 6)
            and RefererHash = 3594120000172545465
          group by URLHash, EventDate order by PageViews desc limit 10 offset 100`,
    tieBreak: 'URLHash, EventDate',
  },
  {
    sql: `select WindowClientWidth, WindowClientHeight, count(*) as PageViews from hits
          where ${JULY} and IsRefresh = 0 and DontCountHits = 0 and URLHash = 2868770270353813622
          group by WindowClientWidth, WindowClientHeight
          order by PageViews desc limit 10 offset 10000`,
    tieBreak: 'WindowClientWidth, WindowClientHeight',
  },
  {
    sql: `select date_trunc('minute', EventTime) as M, count(*) as PageViews from hits
          where CounterID = 62 and EventDate >= '2013-07-14' and EventDate <= '2013-07-15'
            and IsRefresh = 0 and DontCountHits = 0
          group by date_trunc('minute', EventTime)
          order by date_trunc('minute', EventTime) limit 10 offset 1000`,
  },
];

function hitsCase({ sql, tieBreak, check }: HitsQuery, index: number): QueryCase {
  const ordered =
    tieBreak === undefined ? undefined : sql.replace(/ limit /, `, ${tieBreak} limit `);
  const compared = check ?? ordered;
  return {
    name: `q${String(index).padStart(2, '0')}`,
    sql,
    ...(compared === undefined ? {} : { check: compared }),
  };
}

/**
 * ClickBench's queries over a generated table of its shape and skew, straight from a Parquet file: with its
 * texts the table is larger than the 4 GiB that a database in memory may have.
 */
export const clickbench: BenchSuite = {
  name: 'clickbench',
  rows: 10_000_000,
  tables: [{ name: 'hits', generator: HITS, storage: 'file' }],
  cases: QUERIES.map(hitsCase),
};
