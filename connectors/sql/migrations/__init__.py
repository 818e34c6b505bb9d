"""How the tables come to be, through Alembic; the same steps on both databases.

`versions/` holds the baseline and, from now on, one file for each change after it. A change is made in two releases
("expand and contract"), so that the version before still works on the new tables and a rolling start is possible:

1. Expand: add a table, a nullable column or one with a default, or an index. The code writes the new place, and reads
   the old one where the new one is empty. Rows that have to be filled are filled here, in portions.
2. Contract, one release later: drop what nothing reads any more.

A step is never edited after its release, and imports nothing of ours: it has to do the same in two years."""
