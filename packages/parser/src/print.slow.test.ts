import { testPrinting } from './printing.test.support.ts';

testPrinting(10_000, 600_000);
