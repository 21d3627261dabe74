import { randomBelow, randomOf, randomUnit, zipfBelow } from './random.ts';

/**
 * A `hits` table as ClickBench's, generated: its names and types, and about its cardinalities and skew. Rows
 * are clustered by counter, as there; users, pages and phrases follow power laws; most phrases are empty;
 * texts are Russian and English. It has the 25 columns that the queries touch and fifteen of the others.
 */

const WORDS: readonly string[] = (
  'купить квартиру москва новости погода скачать бесплатно фильм онлайн смотреть игры работа авто цена ' +
  'отзывы фото видео карта расписание сайт магазин телефон ремонт отдых рецепты музыка книги форум ' +
  'школа кредит банк турция питер области недорого запчасти ваз каталог официальный сериал сезон ' +
  'google news sport video auto shop photo hotel flash music games android samsung iphone best free ' +
  'dom2 travel club mail market'
).split(' ');

const SITES: readonly string[] = [
  'avto',
  'komme',
  'smesh',
  'yandsearch',
  'irr',
  'afisha',
  'holodilnik',
  'kinopoisk',
  'auto',
  'bonprix',
  'liver',
  'e96',
  'video',
  'forum',
  'odnoklas',
  'tours',
];
const ZONES: readonly string[] = ['ru', 'ru', 'ru', 'com', 'ua', 'net', 'kz', 'by'];
const SECTIONS: readonly string[] = [
  'catalog',
  'news',
  'search',
  'users',
  'photo',
  'forum/topic',
  'item',
  'video/view',
  'cars/used/sale',
  'rent/flat',
];
const MODELS: readonly string[] = [
  'iPhone',
  'iPad',
  'Galaxy',
  'Nexus',
  'Lumia',
  'Xperia',
  'Desire',
  'Optimus',
  'MeMO Pad',
  'IdeaTab',
];
const WIDTHS = '[1366, 1280, 1024, 1920, 1600, 1440, 1680, 1152, 800, 768, 320, 480, 360, 0]';
const HEIGHTS = '[768, 1024, 768, 1080, 900, 900, 1050, 864, 600, 1024, 480, 800, 640, 0]';

const word = (salt: number, of: string): string => randomOf(WORDS, salt, of);

/** A power law that is flatter than Zipf's: more of the n values occur. */
const skewedBelow = (n: number | string, exponent: number, salt: number): string =>
  `(floor((${n}) * pow(${randomUnit(salt)}, ${exponent})))::BIGINT`;

/** An address of a page, from a counter and the page's number at it. */
const address = (counter: string, page: string): string => {
  const site = `(${counter})`;
  const unique = `(${counter} * 1000000 + ${page})`;
  return `'http://' || ${randomOf(SITES, 40, site)} || '-' || ${site} || '.' || ${randomOf(ZONES, 41, site)}
    || '/' || ${randomOf(SECTIONS, 42, unique)}
    || case when ${randomBelow(2000, 43, unique)} = 0 then '/google' else '' end
    || '/' || (${page})::VARCHAR || '/' || ${randomOf(['list', 'view', 'index', 'page'], 44, unique)}
    || case ${randomBelow(3, 45, unique)} when 0 then '.html'
       when 1 then '?state=' || ${randomBelow(100_000_000, 46, unique)}::VARCHAR || '&sort=price'
       else '/?page=' || ${randomBelow(50, 47, unique)}::VARCHAR || '#lang=ru' end`;
};

const NOBODY = `''`;

/** Step by step: numbers that others derive from, then the texts, then the columns in their types. */
export const HITS = `
  with drawn as (
    select i,
      (floor(pow(5000::DOUBLE, i::DOUBLE / {rows}))::BIGINT - 1) as counter,
      ${skewedBelow('greatest({rows} // 4, 1)', 3, 1)} as person,
      ${skewedBelow(3000, 6, 2)} as page,
      ${skewedBelow(8000, 5, 3)} as origin,
      ${skewedBelow('greatest({rows} // 10, 1)', 2, 4)} as phrase,
      ${randomBelow(1000, 5)} as search_draw,
      ${randomBelow(1000, 6)} as referer_draw,
      ${randomBelow(10_000, 7)} as advert_draw,
      ${randomBelow(31 * 86_400, 8)} as second
    from range({rows}) t(i)
  ),
  named as (
    select *, ${address('counter', 'page')} as url_text,
      case
        when referer_draw < 190 then ''
        when referer_draw < 230 then 'http://www.google.ru/url?q=' || ${word(9, 'origin')}
        when referer_draw < 430 then 'http://yandex.ru/yandsearch?text=' || ${word(9, 'origin')} || '&lr=' || (origin % 1000)
        when referer_draw < 480 then 'https://www.' || ${randomOf(SITES, 10, 'origin')} || '.ru/' || origin
        else ${address('(counter * 7 + origin % 3) % 5000', 'origin')}
      end as referer_text,
      search_draw < 132 as searched
    from drawn
  )
  select
    (hash(i) >> 1)::BIGINT as WatchID,
    (1)::SMALLINT as JavaEnable,
    case when ${randomBelow(100, 20, 'counter * 1000000 + page')} < 15 then '' else
      ${word(21, 'counter * 1000000 + page')} || ' ' || ${word(22, 'counter * 1000000 + page')}
      || ' ' || ${word(23, 'counter * 1000000 + page // 4')} || ' - '
      || case when ${randomBelow(300, 24, 'counter * 1000000 + page')} = 0 then 'Google ' else '' end
      || ${word(25, 'counter')} || ' ' || (page // 4)::VARCHAR end as Title,
    (1)::SMALLINT as GoodEvent,
    (timestamp '2013-07-01' + to_seconds(second)) as EventTime,
    (date '2013-07-01' + (second // 86400)::INTEGER) as EventDate,
    case counter when 0 then 62 else 100 + counter * 13 end::INTEGER as CounterID,
    (${randomBelow(4_294_967_296, 19, 'person // 2')} - 2147483648)::INTEGER as ClientIP,
    (case ${zipfBelow(9000, 26, 'person')} when 0 then 229 else 2 + ${zipfBelow(9000, 26, 'person')} end)::INTEGER as RegionID,
    (case person when 100 then 435090932899640449 else (hash(person) >> 1)::BIGINT end)::BIGINT as UserID,
    (counter % 3)::SMALLINT as CounterClass,
    (${zipfBelow(60, 27, 'person')})::SMALLINT as OS,
    (${zipfBelow(80, 28, 'person')})::SMALLINT as UserAgent,
    url_text as URL,
    referer_text as Referer,
    (${randomBelow(100, 29)} < 15)::SMALLINT as IsRefresh,
    (${randomBelow(400, 30)})::SMALLINT as RefererCategoryID,
    (${randomBelow(400, 31, 'counter')})::SMALLINT as URLCategoryID,
    ${WIDTHS}[1 + ${zipfBelow(14, 32, 'person')}]::SMALLINT as ResolutionWidth,
    ${HEIGHTS}[1 + ${zipfBelow(14, 32, 'person')}]::SMALLINT as ResolutionHeight,
    (case when ${randomBelow(1000, 33, 'person')} < 55 then 1 + ${zipfBelow(90, 34, 'person')} else 0 end)::SMALLINT as MobilePhone,
    case when ${randomBelow(1000, 33, 'person')} < 55
      then ${randomOf(MODELS, 35, 'person')} || ' ' || ${zipfBelow(20, 36, 'person')} else ${NOBODY} end as MobilePhoneModel,
    (case when searched then 2 when referer_draw < 190 then 0 else ${randomBelow(9, 37)} - 1 end)::SMALLINT as TraficSourceID,
    (case when searched then 2 + ${zipfBelow(80, 38)} else 0 end)::SMALLINT as SearchEngineID,
    case when searched then ${word(50, 'phrase')} || ' ' || ${word(51, 'phrase')}
      || case when phrase % 3 > 0 then ' ' || ${word(52, 'phrase')} || ' ' || ${word(53, 'phrase')} else '' end
      || case when phrase % 5 = 0 then ' ' || (phrase % 2013) else '' end
      else ${NOBODY} end as SearchPhrase,
    (case when advert_draw < 63 then 1 + ${zipfBelow(40, 39)} else 0 end)::SMALLINT as AdvEngineID,
    (${randomBelow(2, 54, 'person')})::SMALLINT as IsNotBounce,
    (${randomBelow(200, 55, 'person')} * 8 + 200)::SMALLINT as WindowClientWidth,
    (${randomBelow(400, 56)} + 300)::SMALLINT as WindowClientHeight,
    (${randomBelow(100, 57)} < 12)::SMALLINT as IsLink,
    (${randomBelow(1000, 58)} < 3)::SMALLINT as IsDownload,
    (${randomBelow(1000, 59)} < 30)::SMALLINT as DontCountHits,
    (${randomBelow(3, 60, 'person')})::SMALLINT as Sex,
    (${randomBelow(60, 61, 'person')})::SMALLINT as Age,
    (${randomBelow(4, 62, 'person')})::SMALLINT as Income,
    (${randomBelow(16384, 63, 'person')})::SMALLINT as Interests,
    ${randomOf(['ru', 'en', 'uk', 'tr'], 64, 'person')} as BrowserLanguage,
    ${randomOf(['RU', 'UA', 'BY', 'KZ', 'US'], 65, 'person')} as BrowserCountry,
    (case when counter = 0 and page between 2 and 5 then 2868770270353813622
      else (hash(counter * 1000000 + page) >> 1)::BIGINT end)::BIGINT as URLHash,
    (case when referer_draw between 230 and 300 then 3594120000172545465
      else (hash(referer_text) >> 1)::BIGINT end)::BIGINT as RefererHash
  from named`;
