"""The web page as the server hands it out. What it does is tests/web's."""
import gzip
import re
import unittest

from harness import ServerTest

KB = 1000
FIRST_VIEW = 150 * KB  # what it takes at most, compressed


class Page(ServerTest):
    def get(self, path, *fields):
        return self.ask("GET", path, None, None, *fields)

    def linked(self, html):
        """What a page brings along by itself, as paths."""
        links = re.findall(rb'(?:src|href)="\./([^"]+)"', html)
        return ["/" + link.decode() for link in links if link != b"openapi.json"]

    def is_left_out(self):
        return b"was left out" in self.get("/").body

    def test_it_is_html_that_nothing_foreign_gets_into(self):
        response = self.get("/")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["content-type"], "text/html; charset=utf-8")
        self.assertTrue(response.body.startswith(b"<!doctype html>"))
        self.assertNotRegex(response.body, rb"""(src|href)=["']?(https?:)?//""")
        policy = response.headers["content-security-policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotRegex(policy, r"https?:|\*")
        self.assertEqual(response.headers["x-content-type-options"], "nosniff")

    def test_a_program_without_it_says_so(self):
        if not self.is_left_out():
            self.skipTest("the page is built into this program")
        self.assertIn(b"nodejs", self.get("/").body)
        self.assertIn("without its web page", self.server.process.stdout.readline().decode())

    def test_names_that_change_with_their_content_are_kept_for_ever(self):
        if self.is_left_out():
            self.skipTest("the page was left out of this build")
        for path in ("/", "/docs"):
            html = self.get(path)
            self.assertEqual(html.headers["cache-control"], "no-cache")
            links = self.linked(html.body)
            self.assertGreater(len([link for link in links if link.startswith("/assets/")]), 0)
            for link in links:
                with self.subTest(link):
                    response = self.get(link)
                    self.assertEqual(response.status, 200)
                    kept = "immutable" in response.headers["cache-control"]
                    self.assertEqual(kept, link.startswith("/assets/"))

    def test_the_first_view_is_small(self):
        html = self.get("/", "Accept-Encoding: gzip")
        if html.headers.get("content-encoding") != "gzip":
            self.assertTrue(self.is_left_out())
            self.skipTest("the page was left out of this build")
        text = gzip.decompress(html.body)
        self.assertEqual(text, self.get("/").body)
        links = self.linked(text)
        everything = [html, *(self.get(link, "Accept-Encoding: gzip") for link in links)]
        self.assertLess(sum(len(response.body) for response in everything), FIRST_VIEW)

    def test_what_a_client_has_is_not_sent_again(self):
        etag = self.get("/").headers["etag"]
        client = self.client()
        client.send(f"GET / HTTP/1.1\r\nHost: test\r\nIf-None-Match: {etag}\r\n\r\n")
        response = client.receive(head_only=True)
        self.assertEqual(response.status, 304)
        self.assertNotIn("content-length", response.headers)
        self.assertEqual(client.ask("GET", "/", None, None, 'If-None-Match: "old"').status, 200)

    def test_it_can_only_be_got(self):
        head = self.ask("HEAD", "/")
        self.assertEqual(int(head.headers["content-length"]), len(self.get("/").body))
        response = self.ask("POST", "/", self.song)
        self.assert_problem(response, 405, "method_not_allowed")
        self.assertEqual(response.headers["allow"], "GET, HEAD")

    def test_what_is_not_there_is_not_found(self):
        for path in ("/index.html", "/assets/", "/assets/../../etc/passwd", "/favicon.ico"):
            self.assert_problem(self.get(path), 404, "not_found")

    def test_metrics_count_it_as_one(self):
        self.get("/")
        metrics = self.get("/metrics").body.decode()
        self.assertRegex(metrics, r'route="/ and /assets"')
        self.assertNotIn(".js", metrics)


if __name__ == "__main__":
    unittest.main()
