select bit_xor(cast(r1.small as hugeint)) as c1, min(r1.moment - timestamp '2020-01-01') as c2 from rows_some as r1 group by r1.flag
