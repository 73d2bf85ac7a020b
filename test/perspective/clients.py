"""Asks a server through Python's clients of the Perspective API and prints what they give, as JSON.

Arguments: the address of the server, an accepted key, a text.
"""

import json
import sys
from urllib.error import HTTPError

from googleapiclient import discovery
from googleapiclient.errors import HttpError
from perspective import PerspectiveAPI
from PyPerspective import Perspective as pyperspective

root, key, text = sys.argv[1:]


def build(developer_key):
    return discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=developer_key,
        discoveryServiceUrl=f"{root}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )


def google():
    comments = build(key).comments()
    wanted = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}, "INSULT": {}}}
    found = {"analyzed": comments.analyze(body=wanted).execute()}
    suggested = {"comment": {"text": text}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}}
    found["suggested"] = comments.suggestscore(body=suggested, prettyPrint=False).execute()
    try:
        comments.analyze(body={**wanted, "languages": ["fr"]}).execute()
    except HttpError as error:
        found["refused"] = {
            "status": error.status_code,
            "reason": error.reason,
            "types": [detail["errorType"] for detail in error.error_details],
        }
    try:
        build("a wrong key")
    except HttpError as error:
        found["wrongKey"] = [error.status_code, error.reason]
    return found


def wrapper():
    api = PerspectiveAPI(key)
    api.api_client.url = root + "/v1alpha1/{endpoint}"
    found = {"score": api.score(text, tests=["TOXICITY", "THREAT"])}
    found["spans"] = api.analyze_comment(text, span_annotations=True, languages=["en"])
    found["suggested"] = api.suggest_score(text, {"TOXICITY": {"summaryScore": {"value": 1.0}}}, client_token="t")
    try:
        api.analyze_comment("")
    except HTTPError as error:
        found["refused"] = json.load(error)["error"]["message"]
    return found


def other_wrapper():
    pyperspective.base_url = root + "/v1alpha1/comments:analyze"
    comment = pyperspective.Perspective(key).get_score(text, tests=["TOXICITY", "PROFANITY"])
    try:
        pyperspective.Perspective("a wrong key")
        refused = None
    except Exception as error:
        refused = type(error).__name__
    return {
        "score": comment["TOXICITY"].score,
        "spans": [str(part) for part in comment["PROFANITY"]],
        "languages": [comment.requests_langs, comment.detected_langs],
        "wrongKey": refused,
    }


print(json.dumps({"google": google(), "perspective": wrapper(), "PyPerspective": other_wrapper()}))
