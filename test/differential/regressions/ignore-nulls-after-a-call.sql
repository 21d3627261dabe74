select last_value(trim(r1.phrase) ignore nulls) over (order by r1.id) as c1 from rows_some as r1
