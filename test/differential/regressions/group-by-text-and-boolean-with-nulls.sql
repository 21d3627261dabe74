select r1.word as c1, r1.flag as c2, count(*) as c3 from rows_some as r1 group by 1, 2
