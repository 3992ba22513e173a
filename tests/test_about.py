from __future__ import annotations

import argparse

from ablytui import about, cli


def test_the_bare_program_offers_the_commands_and_the_words_of_the_tables() -> None:
    text = about.completion("fish", {"": cli._BARE, **cli.COMMANDS})
    assert "__fish_use_subcommand' -a demo " in text
    assert "-a 'json msgpack'" in text
    assert "drop-and-resume" in text


def test_a_command_is_all_that_is_needed() -> None:
    def prepare(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--until", metavar="STATE", help="50% of\n it: [x] isn't")

    bare = cli.Command("bare", lambda _parser: None, lambda _given: 0)
    told = {"": bare, "go": cli.Command("goes", prepare, lambda _given: 0)}
    assert "'--until=[50% of it\\: \\[x\\] isn'\"'\"'t]:STATE:(connecting" in about.completion(
        "zsh", told
    )
    assert "-l until -x -a 'connecting " in about.completion("fish", told)
    assert "-d '50% of it: [x] isn\\'t'" in about.completion("fish", told)
