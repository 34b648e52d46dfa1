"""Names of presentation documents, as DESIGN and the URL page state them."""

from uuid import UUID

from manifests.addresses import PresentationAddresses, painting, painting_page, published_key

ADDRESSES = PresentationAddresses("https://images.example.org")
ID = UUID("0123456789abcdef0123456789abcdef")


def test_addresses() -> None:
    base = "https://images.example.org"
    assert ADDRESSES.manifest("a/b", 3) == f"{base}/presentation/3/a%2Fb/manifest"
    assert ADDRESSES.manifest("a/b") == f"{base}/presentation/a%2Fb/manifest"
    assert ADDRESSES.collection("ä", 2) == f"{base}/presentation/2/%C3%A4/collection"
    assert ADDRESSES.collection("ä") == f"{base}/presentation/%C3%A4/collection"
    assert ADDRESSES.canvas(ID) == f"{base}/presentation/canvas/01234567-89ab-cdef-0123-456789abcdef"
    assert ADDRESSES.range(ID) == f"{base}/presentation/range/01234567-89ab-cdef-0123-456789abcdef"
    assert ADDRESSES.view("a b") == f"{base}/view/a%20b"


def test_annotation_ids_hang_below_their_canvas() -> None:
    canvas = ADDRESSES.canvas(ID)
    assert painting_page(canvas) == f"{canvas}/page"
    assert painting(canvas, UUID(int=1)) == f"{canvas}/annotation/{UUID(int=1)}"


def test_published_key() -> None:
    key = "01/01234567-89ab-cdef-0123-456789abcdef/d1.json"
    assert published_key(ID, "d1") == key
    assert published_key(ID, "d1", ".br") == f"{key}.br"
    assert published_key(ID, "d1", ".gz") == f"{key}.gz"
