"""The import bench, on a small register: its checks hold, and it says what it measured."""

from hub.bench.importing import Load, measure


def test_every_row_joins_its_own_child_or_asks_a_person_and_nothing_is_written_twice(database_url, tmp_path):
    found = measure(database_url, tmp_path, Load(children=1_000, rows=600))
    assert found["checks"] == {"wrong_joins": 0, "rows_lost": 0, "written_again": 0}
    assert found["linked"] > 550
    assert found["work"] == {"children": 1_000, "rows": 600, "chunk": 500}
    assert found["bytes_a_record"] == sum(found["bytes"].values())
    assert found["bytes_a_record_reindexed"] < found["bytes_a_record"]
    assert min(found["rate"], found["floor"], found["unchanged_rate"]) > 0
