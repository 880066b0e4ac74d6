"""Where a webhook may not point: at the hub's own machine or network, however that is written, or at nothing."""

from ipaddress import ip_address

import pytest

from hub.facts.webhook_address import Unfit, is_open, read_networks, unfit, unfit_in_rules

LOOPBACK = read_networks("127.0.0.0/8, ::1/128")
OFFICE = read_networks("10.20.0.0/16")
OWN, MALFORMED = Unfit.OWN_NETWORK, Unfit.MALFORMED


@pytest.mark.parametrize(
    "url",
    [
        "https://school.example/hub",
        "https://receiver.school.example:8443/hub?x=1",
        "https://school.example./hub",
        "https://xn--bcher-kva.example/",
        "https://8.8.8.8/hub",
        "https://[2600::1]/hub",
        "https://1password.example/",
        "https://127.0.0.1.evil.example/",
    ],
)
def test_a_public_address_under_https_may_stand(url):
    assert unfit(url) is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.8.8.8", "127.1", "127.0.0.1.", "2130706433", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1",
        "017700000001", "0x7f.1", "0", "0.0.0.0.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "localhost", "LOCALHOST", "localhost.", "hub.localhost", "localhost.localdomain", "ip6-localhost",
        "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "[::ffff:169.254.169.254]", "[fe80::1]",
        "[fd00:ec2::254]", "metadata.google.internal", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.257", "100.64.0.1", "[fc00::1]",
        "[fec0::1]", "198.18.0.1", "192.0.2.1", "224.0.1.1", "[ff0e::1]", "255.255.255.255", "240.0.0.1",
        "intranet", "printer.local", "db.internal", "router.home.arpa",
    ],
)  # fmt: skip
def test_an_address_of_the_hubs_own_machine_or_network_is_refused_however_it_is_written(host):
    assert unfit(f"https://{host}/hub") is OWN
    assert unfit(f"https://{host}:8443/hub") is OWN


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://school.example/hub", Unfit.INSECURE),
        ("ftp://school.example/hub", Unfit.INSECURE),
        ("file:///etc/passwd", Unfit.INSECURE),
        ("school.example/hub", Unfit.INSECURE),
        ("", Unfit.INSECURE),
        ("https://user:secret@school.example/hub", Unfit.CREDENTIALS),
        ("https://user@school.example/hub", Unfit.CREDENTIALS),
        ("https://@school.example/hub", Unfit.CREDENTIALS),
        ("https://school..example/hub", Unfit.EMPTY_LABEL),
        ("https://.school.example/hub", Unfit.EMPTY_LABEL),
        ("https://school.example../hub", Unfit.EMPTY_LABEL),
        ("https://./hub", Unfit.EMPTY_LABEL),
        ("https://", Unfit.NO_HOST),
        ("https:///hub", Unfit.NO_HOST),
        ("https://:8443/hub", Unfit.NO_HOST),
        ("https://school.example:0/hub", Unfit.BAD_PORT),
        ("https://school.example:65536/hub", Unfit.BAD_PORT),
        ("https://school.example:hub/", Unfit.BAD_PORT),
        ("https://school.example:/hub", Unfit.BAD_PORT),
        ("https://school.example:-1/hub", Unfit.BAD_PORT),
        ("https://1.2.3.4.5/hub", MALFORMED),
        ("https://1.2.3.256/hub", MALFORMED),
        ("https://school.example.08/hub", MALFORMED),
        ("https://4294967296/hub", MALFORMED),
        ("https://[::1/hub", MALFORMED),
        ("https://[fe80::1%25eth0]/hub", MALFORMED),
        ("https://school.exam ple/hub", MALFORMED),
        ("https://school.example\\@127.0.0.1/hub", MALFORMED),
        ("https://school.example/\thub", MALFORMED),
        ("https://%31%32%37.0.0.1/hub", MALFORMED),
        ("https://-school.example/hub", MALFORMED),
        ("https://" + "s" * 64 + ".example/hub", MALFORMED),
        ("https://" + "s." * 130 + "example/hub", MALFORMED),
        ("https://\uff11\uff12\uff17.0.0.1/hub", MALFORMED),
        ("https://127\u30020\u30020\u30021/hub", MALFORMED),
        ("https://schülé.example/hub", MALFORMED),
    ],
)
def test_an_address_that_cannot_be_meant_says_what_is_wrong(url, why):
    assert unfit(url) is why
    assert unfit(url, LOOPBACK) is why


@pytest.mark.parametrize(
    "query",
    [
        "token=abc", "key=abc", "secret=abc", "password=abc", "sig=abc", "signature=abc", "access_token=abc",
        "api_key=abc", "auth=abc", "code=abc", "Token=abc", "apiKey=abc", "X-Api-Key=abc", "subscription-key=abc",
        "client_secret=abc", "sas.token=abc", "AWSAccessKey=1&X-Amz-Signature=abc", "school=12&code=abc",
        "school=12;code=abc", "%74oken=abc", "api%5Fkey=abc", "token", "token=",
    ],
)  # fmt: skip
def test_a_secret_in_the_query_has_no_place_in_the_rules_and_stops_no_delivery(query):
    address = f"https://school.example/hub?{query}"
    assert unfit_in_rules(address) is Unfit.QUERY
    assert unfit(address) is None


@pytest.mark.parametrize(
    "query", ["", "school=12", "school_code=12", "postcode=ZG1", "monkey=1", "tokens=2", "design=new", "v=1&school=12"]
)
def test_any_other_query_may_stand(query):
    assert unfit_in_rules(f"https://school.example/hub?{query}") is None
    assert unfit_in_rules(f"https://user:token@school.example/?{query}") is Unfit.CREDENTIALS


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/hub", "http://localhost:8080/hub", "http://[::1]/hub", "https://127.1/hub",
        "https://[::ffff:127.0.0.1]/hub", "http://hub.localhost/",
    ],
)  # fmt: skip
def test_what_a_setting_allows_may_be_written_in_clear_too(url):
    assert unfit(url) is not None
    assert unfit(url, LOOPBACK) is None


def test_a_setting_allows_its_own_networks_and_no_other():
    assert unfit("https://10.20.1.1/", OFFICE) is None
    assert unfit("https://10.21.1.1/", OFFICE) is OWN
    assert unfit("https://127.0.0.1/", OFFICE) is OWN
    assert unfit("http://8.8.8.8/", OFFICE) is Unfit.INSECURE
    assert unfit("https://receiver.internal/", OFFICE) is None
    assert unfit("http://receiver.internal/", OFFICE) is Unfit.INSECURE
    assert unfit("https://localhost/", OFFICE) is OWN


@pytest.mark.parametrize(
    ("address", "open_to_all"),
    [("8.8.8.8", True), ("2600::1", True), ("64:ff9b::808:808", True), ("::ffff:8.8.8.8", True), ("127.0.0.1", False),
     ("::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2001::1", False),
     ("169.254.169.254", False)],
)  # fmt: skip
def test_what_a_name_resolves_to_is_judged_alike(address, open_to_all):
    assert is_open(ip_address(address)) is open_to_all


def test_networks_are_read_from_one_line():
    assert read_networks("") == ()
    assert [str(one) for one in read_networks("10.0.0.0/8,fd00::/8, 192.168.1.7")] == [
        "10.0.0.0/8", "fd00::/8", "192.168.1.7/32",
    ]  # fmt: skip
    for wrong in ("office", "10.0.0.0/33", "10.0.0.1/8", ","):
        with pytest.raises(ValueError, match="network"):
            read_networks(wrong)


def test_no_sentence_repeats_what_was_written():
    assert all("{" not in why and "%" not in why for why in Unfit)
