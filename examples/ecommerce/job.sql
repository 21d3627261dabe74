-- Clean: every order once, defaults for what is missing.
create or replace table clean_orders as
select distinct order_id, customer_id, product_id, coalesce(quantity, 1) as quantity,
  coalesce(discount, 0) as discount, order_date, year, month
from orders;

-- Enrich: category and price of the product, country of the customer, the amount.
create or replace table enriched as
select o.*, coalesce(p.category, 'Unknown') as category, coalesce(p.price, 0) as price, c.country,
  o.quantity * coalesce(p.price, 0) * (1 - o.discount) as total_amount
from clean_orders o
  left join products p on o.product_id = p.product_id
  left join customers c on o.customer_id = c.customer_id;

create or replace table customer_totals as
select customer_id, count(*) as orders, sum(total_amount) as total,
  tier(sum(total_amount)::DOUBLE) as tier
from enriched group by customer_id;

copy (select e.*, t.tier from enriched e join customer_totals t on e.customer_id = t.customer_id)
to :enriched (format parquet, partition_by (year, month));

copy (
  select *, avg(amount) over (order by order_date rows between 6 preceding and current row) as week_average
  from (
    select order_date, count(*) as orders, sum(quantity) as items, sum(total_amount) as amount
    from enriched group by order_date)
  order by order_date
) to :daily_sales (format parquet);

copy (
  select *, rank() over (partition by category order by amount desc) as place
  from (
    select product_id, category, count(*) as orders, sum(quantity) as items, sum(total_amount) as amount
    from enriched group by product_id, category)
) to :product_sales (format parquet, partition_by (category));

-- How a customer buys: span, mean gap between orders, favourite category.
copy (
  with gaps as (
    select customer_id, order_date, total_amount, category,
      order_date - lag(order_date) over (partition by customer_id order by order_date, order_id) as gap
    from enriched)
  select customer_id, count(*) as orders, min(order_date) as first_order, max(order_date) as last_order,
    avg(gap) as mean_gap_days, stddev(total_amount::DOUBLE) as amount_stddev,
    count(distinct category) as categories, sum(total_amount) as amount
  from gaps group by customer_id
) to :customer_patterns (format parquet);

-- Recency, frequency, monetary value: fifths of each.
copy (
  select customer_id, recency_days, frequency, monetary,
    ntile(5) over (order by recency_days desc, customer_id) as r,
    ntile(5) over (order by frequency, customer_id) as f,
    ntile(5) over (order by monetary, customer_id) as m
  from (
    select customer_id, date '2025-01-01' - max(order_date) as recency_days, count(*) as frequency,
      sum(total_amount) as monetary
    from enriched group by customer_id)
) to :rfm (format parquet);

-- Customers by the month of their first order, and what they spend in the months after it.
copy (
  with firsts as (
    select customer_id, date_trunc('month', min(order_date))::DATE as cohort from enriched group by customer_id)
  select f.cohort, date_diff('month', f.cohort, e.order_date) as months_later,
    count(distinct e.customer_id) as customers, sum(e.total_amount) as amount
  from enriched e join firsts f on e.customer_id = f.customer_id
  group by f.cohort, months_later order by f.cohort, months_later
) to :cohorts (format parquet);

copy (
  select customer_id, order_id, order_date, product_id, total_amount,
    row_number() over (partition by customer_id order by order_date desc, order_id desc) as place
  from enriched qualify place <= 10
) to :latest_purchases (format parquet);
