-- A shop's data, out of a seed: orders by year and month with duplicates and NULLs, products, customers.
-- :seed decides the values, :dir is where the files go. hash() mixes a row number with a salt.

copy (
  select
    i as product_id,
    'product ' || i as name,
    case hash(i, 1 + :seed) % 33
      when 0 then NULL when 1 then 'Toys' when 2 then 'Garden' when 3 then 'Music'
      else ['Books', 'Kitchen', 'Sports', 'Clothing', 'Electronics'][1 + (hash(i, 2 + :seed) % 5)::INTEGER]
    end as category,
    case when hash(i, 3 + :seed) % 100 = 0 then NULL
      else (100 + (hash(i, 4 + :seed) % 20000)::BIGINT)::DECIMAL(10,0) * 0.01 end::DECIMAL(10,2) as price
  from range(1, 10001) t(i)
) to :products (format parquet);

copy (
  select
    i as customer_id,
    'customer ' || i as name,
    ['DE', 'FR', 'IT', 'ES', 'PL', 'NL', 'SE', 'US'][1 + (hash(i, 5 + :seed) % 8)::INTEGER] as country
  from range(1, 100001) t(i)
) to :customers (format parquet);

-- One order in a hundred is there twice; customers with small numbers buy more often.
copy (
  with lines as (
    select
      i as order_id,
      1 + ((hash(i, 6 + :seed) % 100000) * (hash(i, 7 + :seed) % 1000) // 1000)::BIGINT as customer_id,
      1 + (hash(i, 8 + :seed) % 10000)::BIGINT as product_id,
      case when hash(i, 9 + :seed) % 50 = 0 then NULL else 1 + (hash(i, 10 + :seed) % 5)::INTEGER end as quantity,
      case when hash(i, 11 + :seed) % 40 = 0 then NULL
        else ((hash(i, 12 + :seed) % 4)::DECIMAL(3,0) * 0.05)::DECIMAL(3,2) end as discount,
      date '2023-01-01' + (hash(i, 13 + :seed) % 730)::INTEGER as order_date
    from range(1, 1000001) t(i))
  select *, year(order_date) as year, month(order_date) as month
  from (select * from lines union all select * from lines where hash(order_id, 14 + :seed) % 100 = 0)
) to :orders (format parquet, partition_by (year, month));
