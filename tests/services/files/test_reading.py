"""Files as people send them: what can be read is read, and everything else gets an answer with its row."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.errors import InputRejected
from app.services.files.reading import SourceTable, read_table
from app.services.imports.maps.mapping import ImportMap
from app.services.imports.maps.reader import load_map_file

_MAP = """
kind = "payments"
key = "{id}"
[provider]
code = "north"
[columns]
account = "who"
received_on = "day"
amount = "sum"
"""
_GOOD = [{"id": "1", "who": "Ann", "day": "2024-01-05", "sum": "7.50"},
         {"id": "2", "who": "Ben", "day": "2024-01-06", "sum": "8.00"}]
Read = Callable[[bytes], SourceTable]


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> ImportMap:
    path = tmp_path_factory.mktemp("map") / "book.toml"
    path.write_text(_MAP, encoding="utf-8")
    return load_map_file(path, "payments")


@pytest.fixture
def read(mapping: ImportMap, tmp_path: Path) -> Read:
    def read_bytes(data: bytes) -> SourceTable:
        path = tmp_path / "book.csv"
        path.write_bytes(data)
        return read_table(path, mapping)

    return read_bytes


@pytest.mark.parametrize("data", [
    pytest.param(b"id,who,day,sum\n1,Ann,2024-01-05,7.50\n2,Ben,2024-01-06,8.00\n", id="plain"),
    pytest.param(b"id,who,day,sum\n1,Ann,2024-01-05,7.50\n2,Ben,2024-01-06,8.00", id="no end of line"),
    pytest.param(b"\xef\xbb\xbfid,who,day,sum\r\n1,Ann,2024-01-05,7.50\r\n2,Ben,2024-01-06,8.00\r\n", id="BOM CRLF"),
    pytest.param(b"id,who,day,sum\r1,Ann,2024-01-05,7.50\r2,Ben,2024-01-06,8.00\r", id="CR alone"),
    pytest.param(b"id;who;day;sum\n1;Ann;2024-01-05;7.50\n2;Ben;2024-01-06;8.00\n", id="semicolon"),
    pytest.param(b"id\twho\tday\tsum\n1\tAnn\t2024-01-05\t7.50\n2\tBen\t2024-01-06\t8.00\n", id="tab"),
    pytest.param(b"id|who|day|sum\n1|Ann|2024-01-05|7.50\n2|Ben|2024-01-06|8.00\n", id="stroke"),
    pytest.param(b' "id", who,"day",sum\n "1", Ann ,"2024-01-05", 7.50\n2,Ben\xc2\xa0,2024-01-06 ,8.00\n',
                 id="blanks"),
    pytest.param(b"\n\nid,who,day,sum\n\n1,Ann,2024-01-05,7.50\n\n\n2,Ben,2024-01-06,8.00\n\n", id="empty lines"),
    pytest.param(b"x,sum,day,who,id\n,7.50,2024-01-05,Ann,1\n,8.00,2024-01-06,Ben,2\n", id="other order, more columns"),
    pytest.param(b"id,who,day,sum,,\n1,Ann,2024-01-05,7.50,,\n2,Ben,2024-01-06,8.00,,\n", id="columns without a name"),
    pytest.param(b'id,who,day,sum,"note, long"\n1,Ann,2024-01-05,7.50,"a\nb"\n2,Ben,2024-01-06,8.00,"a ""b"""\n',
                 id="quotes"),
    pytest.param(b"id;who;day;sum;a,b,c,d,e,f\n1;Ann;2024-01-05;7.50;\n2;Ben;2024-01-06;8.00;\n",
                 id="commas in a name"),
])
def test_the_same_rows_come_out_of_every_way_of_writing(read: Read, data: bytes) -> None:
    table = read(data)
    assert (table.count, table.errors) == (2, [])
    assert [(row.number, row.cells) for row in table.rows] == [(1, _GOOD[0]), (2, _GOOD[1])]


def test_a_header_alone_is_a_file_without_rows(read: Read) -> None:
    assert read(b"id,who,day,sum\n") == SourceTable()
    assert read(b"id,who,day,sum") == SourceTable()


def test_rows_of_separators_alone_are_counted_and_left_out(read: Read) -> None:
    table = read(b"id,who,day,sum\n1,Ann,2024-01-05,7.50\n,,,\n  , ,,\n,,,,,,\n")
    assert (table.count, table.blank, len(table.rows), table.errors) == (4, 3, 1, [])


@pytest.mark.parametrize(("rows", "expected"), [
    pytest.param(b"1,Ann,2024-01-05\n2,Ben,2024-01-06,8,9\n3,Cyd,2024-01-06,8\n", [
        (1, "row", "1,Ann,2024-01-05", "The row has 3 columns, the header has 4."),
        (2, "row", "2,Ben,2024-01-06,8,9", "The row has 5 columns, the header has 4."),
    ], id="ragged"),
    pytest.param(b"1,Ann,2024-01-05,7\n2,M\xfcller,2024-01-06,8\n3,Cyd,2024-01-06,\xa48\n", [
        (2, "who", "M\ufffdller", "The text is not UTF-8 (byte 0xFC). Save the file as UTF-8."),
        (3, "sum", "\ufffd8", "(byte 0xA4)"),
    ], id="not UTF-8"),
    pytest.param(b"1,Ann,2024-01-05,7\n2,B\0en,2024-01-06,8\n", [
        (2, "who", "B<U+0000>en", "The text holds a NUL character. Remove it."),
    ], id="NUL"),
    pytest.param(b'1,"Ann\nLee",2024-01-05,7\n2,B\x07en,2024-01-06,8\n3,C\xe2\x80\xaeyd,2024-01-06,8\n', [
        (1, "who", "Ann<U+000A>Lee", "The text holds a line break. Remove it."),
        (2, "who", "B<U+0007>en", "The text holds the control character <U+0007>. Remove it."),
        (3, "who", "C<U+202E>yd", "<U+202E>"),
    ], id="control characters"),
    pytest.param(b'1,"Ann,2024-01-05,7\n2,Ben,2024-01-06,8\n', [
        (1, "row", '1,"Ann,2024-01-05,7', "A quotation mark opens here and is never closed."),
    ], id="quote never closed"),
    pytest.param(b'1,"Ann,2024-01-05,7\r\n2,Ben,2024-01-06\r\n3,"Cyd",2024-01-06,8\r\n4,"Dan,2024-01-06,8\r\n', [
        (1, "row", '1,"Ann,2024-01-05,7', "or one that opens here is not closed"),
        (2, "row", "2,Ben,2024-01-06", "The row has 3 columns, the header has 4."),
        (4, "row", '4,"Dan,2024-01-06,8', "A quotation mark opens here and is never closed."),
    ], id="rows after a quote that is not closed"),
    pytest.param(b'1,Ann,2024-01-05,7\n2,"Ben" Lee,2024-01-06,8\n3,C,d\n', [
        (2, "row", '2,"Ben" Lee,2024-01-06,8', "A quotation mark stands inside a text"),
        (3, "row", "3,C,d", "The row has 3 columns, the header has 4."),
    ], id="text after a quote"),
    pytest.param(b"1,Ann,2024-01-05,7\n2," + b"x" * 140_000 + b",2024-01-06,8\n3,Cyd\n", [
        (2, "row", "2," + "x" * 77 + "…", "One field is longer than 131,072 characters."),
        (3, "row", "3,Cyd", "The row has 2 columns, the header has 4."),
    ], id="huge field"),
])
def test_wrong_rows_are_told_with_number_and_column(
    read: Read, rows: bytes, expected: list[tuple[int, str, str, str]]
) -> None:
    table = read(b"id,who,day,sum\n" + rows)
    assert len(table.errors) == len(expected)
    for error, (row, field, value, words) in zip(table.errors, expected, strict=True):
        assert (error.row, error.field, error.value) == (row, field, value)
        assert words in error.message


def test_rows_are_numbered_as_records_not_as_lines(read: Read) -> None:
    table = read(b'id,who,day,sum,note\n1,Ann,d,7,"one\n\ntwo\r\nthree"\n\n2,Ben,d,8,x\n3,Cyd,d\n')
    assert [row.number for row in table.rows] == [1, 2]
    assert [error.row for error in table.errors] == [3]


def test_what_the_map_does_not_name_may_hold_lines_but_no_broken_bytes(read: Read) -> None:
    assert read(b'id,who,day,sum,note\n1,Ann,d,7,"a\nb"\n').errors == []
    assert [e.field for e in read(b"id,who,day,sum,note\n1,Ann,d,7,\xff\n").errors] == ["note"]


@pytest.mark.parametrize(("data", "words", "fields"), [
    pytest.param(b"", "book.csv is empty. Its first line names the columns", ["header"], id="empty"),
    pytest.param(b"\n \r\n", "is empty", ["header"], id="blank lines"),
    pytest.param(b"\xef\xbb\xbf", "is empty", ["header"], id="byte order mark alone"),
    pytest.param("id,who,day,sum\n1,a,b,c\n".encode("utf-16"), "is UTF-16 or UTF-32. Save it as UTF-8.", ["header"],
                 id="UTF-16"),
    pytest.param(b"id,who,id,sum,day\n1,a,2,3,4\n", 'names the column "id" 2 times', ["header"], id="twice"),
    pytest.param(b"id,who,sum\n1,a,2\n", 'There is no column "day" (book.toml, [columns] received_on).', ["day"],
                 id="missing"),
    pytest.param(b"id,who,Day,SUM\n1,a,2,3\n", 'Did you mean "Day"?', ["day", "sum"], id="other case"),
    pytest.param(b"1,Ann,2024-01-05,7.50\n", "Its columns: 1, Ann, 2024-01-05, 7.50.", ["id", "who", "day", "sum"],
                 id="no header"),
    pytest.param(b'"id,who,day,sum\n1,a,2,3\n', "is not closed", ["header"], id="quote in header"),
    pytest.param(b"id,who,day,s\xfcm,sum\n", "has a header with characters", ["header"], id="latin-1"),
    pytest.param(b"id,who,day,s\0m,sum\n", "has a header with characters that are no text", ["header"], id="NUL"),
    pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "has a header with characters", ["header"], id="png"),
    pytest.param(b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "has a header with characters", ["header"], id="xlsx"),
])
def test_a_file_that_cannot_be_used_as_a_whole(read: Read, data: bytes, words: str, fields: list[str]) -> None:
    with pytest.raises(InputRejected) as refusal:
        read(data)
    assert words in str(refusal.value)
    assert [(row.row, row.field) for row in refusal.value.rows] == [(0, field) for field in fields]


@pytest.mark.parametrize(("header", "words"), [("id,who", "1 more is missing."), ("id", "2 more are missing.")])
def test_further_columns_that_are_missing_are_counted(read: Read, header: str, words: str) -> None:
    with pytest.raises(InputRejected, match=words):
        read(f"{header}\n1,Ann\n".encode())


def test_a_map_may_fix_the_separator(mapping: ImportMap, tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text('delimiter = ";"' + _MAP, encoding="utf-8")
    (tmp_path / "book.csv").write_bytes(b"id,who,day,sum\n1,Ann,2024-01-05,7.50\n")
    with pytest.raises(InputRejected, match="There is no column"):
        read_table(tmp_path / "book.csv", load_map_file(tmp_path / "book.toml", "payments"))


def test_a_file_that_is_not_there_or_no_file(mapping: ImportMap, tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.csv", "is not there"), (tmp_path, "is a folder"),
                        (Path("/dev/null"), "is not a file"), (tmp_path / ("x" * 300), "cannot be read"),
                        (tmp_path / "a\0b", "cannot be read")):
        with pytest.raises(InputRejected, match=words):
            read_table(path, mapping)


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 0)() == 0, reason="nothing is closed to root")
def test_a_file_that_may_not_be_read(mapping: ImportMap, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(b"id\n")
    path.chmod(0)
    with pytest.raises(InputRejected, match="may not be read by you"):
        read_table(path, mapping)


@given(rows=st.lists(st.one_of(
    st.binary(max_size=20),
    st.lists(st.text('a1";,\n\r\t\0 é', max_size=4), min_size=3, max_size=5).map(lambda r: ",".join(r).encode()),
), max_size=6), header=st.sampled_from([b"id,who,day,sum", b"id;who;day;sum", b"", b"id,who"]))
def test_no_file_ever_ends_in_a_fault(
    mapping: ImportMap, tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], header: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(b"\n".join([header, *rows]))
    with suppress(InputRejected):
        table = read_table(path, mapping)
        numbers = [row.number for row in table.rows] + [error.row for error in table.errors]
        assert all(1 <= number <= table.count for number in numbers)
        assert table.count == len(set(numbers)) + table.blank
